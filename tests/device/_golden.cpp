// On the host: weights of the firmware's models as safetensors files, and what the models make of some inputs.
//
//   igata_golden <folder>
#include <cstdio>
#include <string>

#include <igata/infer.hpp>
#include <igata/io/safetensors.hpp>

#include "models.hpp"

template <class Net>
void write(const std::string& folder, const char* name) {
  constexpr int rows = 8, in_row = Net::input_row(), out_row = Net::output_row();
  unsigned random = 1;
  const auto next = [&] { return static_cast<float>((random = random * 1664525 + 1013904223) >> 8) / (1 << 23) - 1; };  // in [-1, 1)
  ig::variable_store weights = Net::variables(ig::seed{7});
  for (ig::variable_store::entry& e : weights)
    if (e.dims.rank == 1)
      for (float& bias : e.floats()) bias = next() / 4;
  ig::io::safetensors::save(folder + "/" + name + ".safetensors", weights);
  Net net(weights);
  std::FILE* file = std::fopen((folder + "/" + name + "_golden.hpp").c_str(), "w");
  std::fprintf(file, "#pragma once\nnamespace golden {\ninline constexpr int rows = %d;\n", rows);
  float in[rows][in_row], out[rows][out_row];
  for (auto& row : in)
    for (float& x : row) x = next();
  for (int i = 0; i < rows; ++i) if (const ig::status s = net.run(in[i], out[i]); !s) ig::raise(describe(s));
  const auto print = [&](const char* of, int row, const float* numbers) {
    std::fprintf(file, "inline constexpr float %s[rows][%d] = {", of, row);
    for (int i = 0; i < rows * row; ++i) std::fprintf(file, "%s%.9ef,", i % row ? " " : i ? "}, {" : "{", static_cast<double>(numbers[i]));
    std::fprintf(file, "}};\n");
  };
  print("inputs", in_row, in[0]);
  print("results", out_row, out[0]);
  std::fprintf(file, "}\n");
  std::fclose(file);
}

int main(int, char** arguments) {
  write<ig::inference<controller{}, state>>(arguments[1], "controller");
  write<ig::inference<classifier{}, image>>(arguments[1], "classifier");
}
