// ResNet-50, one image of 224 x 224.
#include "../compile_time/resnet.hpp"
#include "model.hpp"

using net_t = inference<resnet{.depth = 50}, in<"image", 224, 224, 3>>;

int main(int count, char** arguments) { return benchmarking_models::run<net_t>("resnet50", count, arguments); }
