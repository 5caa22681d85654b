// MobileNetV2, one image of 224 x 224.
#include "mobilenet_v2.hpp"
#include "model.hpp"

using net_t = inference<mobilenet_v2{}, in<"image", 224, 224, 3>>;

int main(int count, char** arguments) { return benchmarking_models::run<net_t>("mobilenet_v2", count, arguments); }
