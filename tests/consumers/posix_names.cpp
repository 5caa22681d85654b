// A program that says `using namespace igata;` beside the system's headers calls the system's functions by their names, and uses its structs; and it
// may call its own ones as parts of a compiler are called.
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <igata/igata.hpp>
#include <igata/expr.hpp>
#include <igata/io.hpp>
#include <igata/threads.hpp>
#include <igata/train.hpp>
using namespace igata;

#define OWN(name) struct name { int own = 1; }
OWN(graph);
OWN(node);
OWN(op);
OWN(family);
OWN(variable);
OWN(assignment);
OWN(evaluation);
OWN(backward);
OWN(rule);
OWN(environment);
OWN(statistic);
OWN(step_kind); OWN(place); OWN(space); OWN(view); OWN(choice); OWN(ending); OWN(fusion); OWN(lowering); OWN(lowered); OWN(instruction);
OWN(opcode);
OWN(reduction);
OWN(range);
OWN(share);
OWN(team);
OWN(window);
OWN(strides);
OWN(bound);
OWN(planned);
OWN(sized);
OWN(compilation);
OWN(epilogue);
#undef OWN
constexpr int count_of_own = graph{}.own + node{}.own + op{}.own + family{}.own + variable{}.own + assignment{}.own + evaluation{}.own +
                             backward{}.own + rule{}.own + environment{}.own + statistic{}.own + step_kind{}.own + place{}.own + space{}.own +
                             view{}.own + choice{}.own + ending{}.own + fusion{}.own + lowering{}.own + lowered{}.own + instruction{}.own +
                             opcode{}.own + reduction{}.own + range{}.own + share{}.own + team{}.own + window{}.own + strides{}.own + bound{}.own +
                             planned{}.own + sized{}.own + compilation{}.own + epilogue{}.own;
static_assert(count_of_own == 33);

struct net {
  constexpr value operator()(value x) const { return tanh(nn::dense(slice(x, 1, 0, 3), {.units = 2})); }
};

int main() {
  using net_t = inference<net{}, in<"x", 4>>;
  net_t n{net_t::variables(seed{1})};
  float x[4] = {1, 2, 3, 4}, y[2];
  if (!n.run(x, y)) return 1;

  const char* const path = "/";
  char name[256] = "igata";
  struct stat facts {};
  struct timeval when {};
  struct timespec rest {};
  struct group* all = nullptr;
  struct passwd* own = nullptr;
  fd_set readable;
  FD_ZERO(&readable);
  int ends[2];
  bool right = access(path, R_OK) == 0 && stat(path, &facts) == 0 && gettimeofday(&when, nullptr) == 0 && time(nullptr) > 0;
  right = right && pipe(ends) == 0 && write(ends[1], name, 5) == 5 && read(ends[0], name, 5) == 5 && dup(ends[0]) >= 0 && close(ends[1]) == 0;
  when = {};
  right = right && select(0, nullptr, &readable, nullptr, &when) == 0 && poll(nullptr, 0, 0) == 0 && nanosleep(&rest, nullptr) == 0;
  right = right && open(path, O_RDONLY) >= 0 && lseek(ends[0], 0, SEEK_SET) == -1 && unlink("/no/such/file") == -1 &&
          rename("/no/such", "/no/other") == -1;
  right = right && remove("/no/such/file") == -1 && link("/no/such", "/no/other") == -1 && truncate("/no/such", 0) == -1 && getpid() > 0 &&
          isatty(99) == 0;
  right = right && signal(SIGUSR1, SIG_IGN) != SIG_ERR && raise(SIGUSR1) == 0 && kill(getpid(), 0) == 0 && waitpid(-1, nullptr, WNOHANG) == -1;
  right = right && socket(AF_UNIX, SOCK_STREAM, 0) >= 0 && accept(99, nullptr, nullptr) == -1 && listen(99, 1) == -1 && shutdown(99, 0) == -1;
  right = right && index(name, 'g') == name + 1 && strlen(name) == 5 && strcmp(name, "igata") == 0 && abs(-1) == 1 && div(7, 2).quot == 3 &&
          rand() >= 0 && random() >= 0;
  right = right && exp(0.0) == 1 && log(1.0) == 0 && sqrt(4.0) == 2 && pow(2.0, 3.0) == 8 && floor(1.5) == 1 && round(1.4) == 1 && erf(0.0) == 0 &&
          sin(0.0) == 0 && tanh(0.0) == 0;
  right =
      right && (all == nullptr || getgrgid(0)) && (own == nullptr || getpwuid(0)) && system(nullptr) >= 0 && getenv("no_such_variable") == nullptr;
  if (!right) printf("a function of the system gave what it should not\n");
  return !right;
}
