// What firmware has of the machine.
#pragma once

int firmware();
void say(const char* line);  // to the emulator's output
