// Start-up code: memory as C++ wants it, the floating-point unit, firmware(); what that returns is the emulator's exit status. It says how much stack
// was used, and fails where that is more than 4 KB.
#include "startup.hpp"

extern "C" {
extern unsigned data_begin[], data_end[], bss_begin[], bss_end[], stack_top[];
extern const unsigned data_from[];
}

namespace {

int semihosting(int operation, const void* argument) {
  register int r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}
[[noreturn]] void leave(unsigned status) {
  const unsigned arguments[] = {0x20026, status};  // the application left
  semihosting(0x20, arguments);
  for (;;) {}
}
void fault() { leave(99); }

constexpr unsigned unused = 0xa5a5a5a5, most_stack = 4096;
// What of the stack was written, in bytes; as a line.
unsigned say_stack() {
  const unsigned* lowest = bss_end;
  while (lowest < stack_top && *lowest == unused) ++lowest;
  const unsigned bytes = static_cast<unsigned>(stack_top - lowest) * 4;
  char line[] = "     0 bytes of stack\n";
  for (unsigned digit = 5, rest = bytes; rest > 0; --digit, rest /= 10) line[digit] = static_cast<char>('0' + rest % 10);
  say(line);
  return bytes;
}

}  // namespace

void say(const char* line) { semihosting(0x04, line); }

extern "C" [[noreturn]] void reset() {
  *reinterpret_cast<volatile unsigned*>(0xe000ed88) |= 0xfu << 20;  // CPACR: coprocessors 10 and 11
  asm volatile("dsb\n isb");
  const unsigned* from = data_from;
  for (unsigned* to = data_begin; to < data_end;) *to++ = *from++;
  for (unsigned* to = bss_begin; to < bss_end;) *to++ = 0;
  const unsigned* const here = static_cast<const unsigned*>(__builtin_frame_address(0)) - 64;
  for (unsigned* to = bss_end; to < here;) *to++ = unused;
  const int status = firmware();
  leave(say_stack() > most_stack ? 98 : static_cast<unsigned>(status));
}

[[gnu::section(".vectors"), gnu::used]] const struct {
  unsigned* stack;
  void (*handlers[15])();
} vectors = {stack_top, {reset, fault, fault, fault, fault, fault}};
