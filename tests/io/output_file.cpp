// The old file or the new one, and nothing else: kills, full disks, several writers, links, devices, modes.
#include <igata/io/output_file.hpp>
#include <igata/io/safetensors.hpp>
#include <igata/train/report.hpp>

#include <gtest/gtest.h>

#include <csignal>
#include <cerrno>
#include <filesystem>
#include <set>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {
using namespace igata;
namespace fs = std::filesystem;

// An empty folder of the test's own.
class OutputFile : public testing::Test {
 protected:
  void SetUp() override {
    folder =
        testing::TempDir() + "igata_output_file_" + testing::UnitTest::GetInstance()->current_test_info()->name() + '_' + std::to_string(getpid());
    fs::remove_all(folder);
    fs::create_directory(folder);
  }
  void TearDown() override { fs::remove_all(folder); }
  std::string at(const std::string& name) const { return folder + '/' + name; }
  int files() const { return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator())); }
  std::string folder;
};

std::string contents(const std::string& path) { return io::input_file(path).read_all(); }
std::string try_write(const std::string& path, std::string_view content) {
  io::output_file out(path);
  out.write(content);
  return out.close();
}
// What a child process does, and how it ended.
template <class F>
int in_child(F f) {
  const pid_t child = fork();
  if (child == 0) _exit(f());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST_F(OutputFile, WritesAndReplaces) {
  EXPECT_EQ(try_write(at("a"), "one"), "");
  EXPECT_EQ(try_write(at("a"), "two"), "");
  EXPECT_EQ(contents(at("a")), "two");
  EXPECT_EQ(files(), 1);
  { io::output_file forgotten(at("a")); forgotten.write("three"); }
  EXPECT_EQ(contents(at("a")), "two");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFile, AFileBesideItIsLeftAlone) {
  io::write_file(at("a.partial"), "mine");
  io::write_file(at("a"), "x");
  EXPECT_EQ(contents(at("a.partial")), "mine");
}

TEST_F(OutputFile, Refusals) {
  EXPECT_EQ(try_write("", "x"), ": cannot be written: a path is empty; name a file");
  EXPECT_EQ(try_write(std::string("a\0b", 3), "x"), "a\\x00b: cannot be written: a path has no NUL in it; correct it");
  EXPECT_EQ(try_write(folder, "x"), folder + ": cannot be written: it is a directory; name a file");
  EXPECT_EQ(try_write(at("new/"), "x"), at("new/") + ": cannot be written: it is a directory; name a file");
  EXPECT_EQ(try_write(at("none/a"), "x"), at("none/a") + ": cannot be written: there is no such folder; create it or correct the path");
  io::write_file(at("file"), "");
  EXPECT_EQ(try_write(at("file/a"), "x"), at("file/a") + ": cannot be written: there is no such folder; create it or correct the path");
  const std::string long_name(300, 'a');
  EXPECT_EQ(try_write(at(long_name), "x"), at(long_name) + ": cannot be written: its name is too long; shorten it");
  EXPECT_EQ(try_write(at("line\nbreak/x"), "x"),
            at("line\\x0abreak/x") + ": cannot be written: there is no such folder; create it or correct the path");
  fs::create_symlink("circle", at("circle"));
  EXPECT_EQ(try_write(at("circle"), "x"), at("circle") + ": cannot be written: its links lead in a circle; correct them");
  EXPECT_THROW(io::write_file(at("none/a"), "x"), error);
  EXPECT_EQ(files(), 2);
}

TEST_F(OutputFile, TheLongestName) {
  for (const std::string& name : {std::string(255, 'a'), [] { std::string s; for (int i = 0; i < 85; ++i) s += "日"; return s; }()}) {
    EXPECT_EQ(try_write(at(name), "x"), "");
    EXPECT_EQ(contents(at(name)), "x");
  }
  EXPECT_EQ(files(), 2);
}

TEST_F(OutputFile, NobodyReadsThePipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  const auto before = signal(SIGPIPE, SIG_IGN);
  const std::string name = "/dev/fd/" + std::to_string(ends[1]);
  EXPECT_EQ(try_write(name, "x"), name + ": cannot be written: nobody reads the pipe");
  signal(SIGPIPE, before);
  close(ends[1]);
}

#if defined(__linux__)
// In a child with file systems of its own, where that is allowed.
TEST_F(OutputFile, ReadOnlyFileSystem) {
  const int result = in_child([&] {
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("none", folder.c_str(), "tmpfs", MS_RDONLY, nullptr) != 0)
      return 2;
    return try_write(at("a"), "x") == at("a") + ": cannot be written: its file system is read-only; choose another folder" ? 0 : 1;
  });
  EXPECT_NE(result, 1);
  EXPECT_EQ(io::detail::meaning(EROFS), "its file system is read-only; choose another folder");
  if (result == 2) GTEST_SKIP() << "mounting is not allowed here";
}
#endif

TEST_F(OutputFile, LinksAreFollowed) {
  fs::create_directory(at("real"));
  fs::create_symlink("real", at("folder"));
  fs::create_symlink("folder/file", at("first"));
  fs::create_symlink(at("first"), at("second"));
  io::write_file(at("second"), "new");  // nothing there yet
  EXPECT_EQ(contents(at("real/file")), "new");
  io::write_file(at("second"), "newer");
  EXPECT_EQ(contents(at("real/file")), "newer");
  EXPECT_TRUE(fs::is_symlink(at("second")) && fs::is_symlink(at("first")) && fs::is_symlink(at("folder")));
  EXPECT_EQ(files(), 4);
}

TEST_F(OutputFile, ModeAndOwnerStay) {
  const mode_t before = umask(027);
  io::write_file(at("fresh"), "x");
  umask(before);
  struct stat s;
  ASSERT_EQ(stat(at("fresh").c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 07777u, 0640u);
  ASSERT_EQ(chmod(at("fresh").c_str(), 0604), 0);
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(chown(at("fresh").c_str(), 1234, 4321), 0);
  }
  io::write_file(at("fresh"), "y");
  ASSERT_EQ(stat(at("fresh").c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 07777u, 0604u);
  EXPECT_EQ(s.st_uid, root ? 1234 : geteuid());
  EXPECT_EQ(s.st_gid, root ? 4321 : getegid());
}

TEST_F(OutputFile, WriteProtectedIsRefused) {
  io::write_file(at("a"), "old");
  chmod(at("a").c_str(), 0444);
  chmod(folder.c_str(), 0777);
  EXPECT_EQ(in_child([&] {
              if (geteuid() == 0 && setuid(65534) != 0) return 2;  // nobody may do anything
              return try_write(at("a"), "new") == at("a") + ": cannot be written: it is write-protected; the file and its folder must be writable"
                         ? 0
                         : 1;
            }),
            0);
  chmod(at("a").c_str(), 0666);
  chmod(folder.c_str(), 0555);
  EXPECT_EQ(in_child([&] {
              if (geteuid() == 0 && setuid(65534) != 0) return 2;
              return try_write(at("a"), "new") == at("a") + ": cannot be written: it is write-protected; the file and its folder must be writable"
                         ? 0
                         : 1;
            }),
            0);
  chmod(folder.c_str(), 0777);
  EXPECT_EQ(contents(at("a")), "old");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFile, DevicesAndPipesAreWrittenThrough) {
  EXPECT_EQ(try_write("/dev/null", "x"), "");
  EXPECT_EQ(try_write("/dev/full", "x"), "/dev/full: cannot be written: the disk is full; free some space");
  struct stat s;
  ASSERT_EQ(stat("/dev/null", &s), 0);
  EXPECT_TRUE(S_ISCHR(s.st_mode));

  ASSERT_EQ(mkfifo(at("pipe").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = contents(at("pipe")); });
  EXPECT_EQ(try_write(at("pipe"), "through"), "");
  reader.join();
  EXPECT_EQ(got, "through");
  ASSERT_EQ(stat(at("pipe").c_str(), &s), 0);
  EXPECT_TRUE(S_ISFIFO(s.st_mode));
  EXPECT_EQ(files(), 1);
}

// In the order in which it is written, also where stdout is a file: that is not replaced.
TEST_F(OutputFile, StandardOutput) {
  fs::create_symlink("/dev/stdout", at("link"));
  EXPECT_EQ(in_child([&] {
              const int file = open(at("out").c_str(), O_WRONLY | O_CREAT, 0600);
              if (file < 0 || dup2(file, 1) != 1) return 2;
              if (write(1, "a", 1) != 1 || !try_write("/dev/stdout", "b").empty() || write(1, "c", 1) != 1) return 3;
              if (!try_write("/proc/self/fd/1", "d").empty() || !try_write(at("link"), "e").empty()) return 4;
              return 0;
            }),
            0);
  EXPECT_EQ(contents(at("out")), "abcde");
  EXPECT_TRUE(fs::is_symlink("/dev/stdout"));
}

// The limit is met in the middle of the file, as a full disk is.
TEST_F(OutputFile, AFullDiskLeavesTheOldFile) {
  variable_store s;
  s.add("w", role::weight, f32, {1000}).floats()[0] = 1;
  io::safetensors::save(at("net"), s);
  io::write_file(at("page"), "old");
  EXPECT_EQ(in_child([&] {
              signal(SIGXFSZ, SIG_IGN);
              const rlimit limit{2000, 2000};
              setrlimit(RLIMIT_FSIZE, &limit);
              s.floats("w")[0] = 2;
              if (io::safetensors::try_save(at("net"), s) !=
                  at("net") + ": cannot be written: the file is larger than the system allows; raise the limit or save less")
                return 2;
              try {
                train::report(std::string(3000, 'x')).write(at("page"));
              } catch (const error& e) {
                return std::string_view(e.what()).find('\n') == std::string_view::npos ? 0 : 3;
              }
              return 4;
            }),
            0);
  s.floats("w")[0] = 0;
  io::safetensors::load(at("net"), s);
  EXPECT_EQ(s.floats("w")[0], 1);
  EXPECT_EQ(contents(at("page")), "old");
  EXPECT_EQ(files(), 2);
}

// A disk of 64 KB, where this process may make one: the true error, at whichever call the system gives it.
TEST_F(OutputFile, ASmallDisk) {
  if (mount("none", folder.c_str(), "tmpfs", 0, "size=65536") != 0)
    GTEST_SKIP() << "no right to mount a disk of its own; AFullDiskLeavesTheOldFile has a limit";
  io::write_file(at("a"), std::string(30000, 'a'));
  EXPECT_EQ(try_write(at("a"), std::string(100000, 'b')), at("a") + ": cannot be written: the disk is full; free some space");
  EXPECT_EQ(contents(at("a")), std::string(30000, 'a'));
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(try_write(at("a"), std::string(30000, 'c')), "");
  EXPECT_EQ(umount(folder.c_str()), 0);
}

// Killed at any moment: the old file or the new one, and the next write does not mind what is left.
TEST_F(OutputFile, Kills) {
  const std::string old(200000, 'o'), fresh(200000, 'n');
  int both[2] = {0, 0};
  for (int round = 0; round < 40; ++round) {
    io::write_file(at("a"), old);
    const pid_t child = fork();
    if (child == 0) {
      io::output_file out(at("a"));
      for (std::size_t i = 0; i < fresh.size(); i += 1000) out.write(std::string_view(fresh).substr(i, 1000));
      out.commit();
      _exit(0);
    }
    usleep(static_cast<useconds_t>(round * 40));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const std::string found = contents(at("a"));
    ASSERT_TRUE(found == old || found == fresh) << found.size();
    ++both[found == fresh];
    ASSERT_EQ(try_write(at("a"), "next"), "");
    ASSERT_EQ(contents(at("a")), "next");
  }
  EXPECT_GT(both[0], 0);
  for (const auto& left : fs::directory_iterator(folder)) {
    const std::string name = left.path().filename();
    EXPECT_TRUE(name == "a" || (name.starts_with(".a.") && name.ends_with(".partial"))) << name;
  }
}

// Two processes and two threads in each write; whoever reads sees a whole file of one of them.
TEST_F(OutputFile, SeveralWriters) {
  io::write_file(at("a"), std::string(50000, 'z'));
  std::vector<pid_t> writers;
  for (const char who : {'p', 'q'}) {
    const pid_t child = fork();
    if (child == 0) {
      int bad = 0;
      const auto work = [&](char letter, int& failures) {
        for (int i = 0; i < 100; ++i) failures += !try_write(at("a"), std::string(50000, letter)).empty();
      };
      int other = 0;
      std::thread second(work, static_cast<char>(who + 10), std::ref(other));
      work(who, bad);
      second.join();
      _exit(bad + other == 0 ? 0 : 1);
    }
    writers.push_back(child);
  }
  std::set<char> seen;
  int running = 2, failed = 0;
  while (running > 0) {
    const std::string found = contents(at("a"));
    ASSERT_EQ(found.size(), 50000u);
    ASSERT_EQ(found.find_first_not_of(found[0]), std::string::npos);
    seen.insert(found[0]);
    int status = 0;
    if (waitpid(-1, &status, WNOHANG) > 0) --running, failed += status != 0;
  }
  EXPECT_EQ(failed, 0);
  EXPECT_GT(seen.size(), 1u);
  EXPECT_EQ(files(), 1);
}

// Every reader, of what is no file of its own.
TEST_F(OutputFile, ReadersOfOtherThings) {
  EXPECT_EQ(contents("/proc/self/comm").empty(), false);  // a file without a size
  for (const std::string& path : {folder, at("none"), std::string("a\0b", 3), at("line\nbreak")})
    try {
      io::input_file in(path);
      ADD_FAILURE() << path;
    } catch (const error& e) {
      EXPECT_EQ(std::string_view(e.what()).find('\n'), std::string_view::npos);
      EXPECT_NE(std::string_view(e.what()).find(path == folder ? "is it a directory?" : "cannot be opened for reading"), std::string_view::npos)
          << e.what();
    }
  io::write_file(at("secret"), "x");
  chmod(at("secret").c_str(), 0);
  chmod(folder.c_str(), 0755);
  EXPECT_EQ(in_child([&] {
              if (geteuid() == 0 && setuid(65534) != 0) return 2;
              try {
                io::input_file in(at("secret"));
              } catch (const error& e) {
                return at("secret") + ": cannot be opened for reading; check the path and its permissions" == e.what() ? 0 : 1;
              }
              return 3;
            }),
            0);

  ASSERT_EQ(mkfifo(at("pipe").c_str(), 0600), 0);
  variable_store s;
  s.add("w", role::weight, f32, {1000}).floats()[999] = 7;
  io::safetensors::save(at("net"), s);
  s.floats("w")[999] = 0;
  std::thread writer([&] { io::write_file(at("pipe"), contents(at("net"))); });
  io::safetensors::load(at("pipe"), s);
  writer.join();
  EXPECT_EQ(s.floats("w")[999], 7);
}

}  // namespace
