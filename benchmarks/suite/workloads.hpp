// What is measured: one line each, the same for igata and every peer.
#pragma once
#include "network.hpp"

namespace bench {

enum class family : int { gemm, dense, images, elementwise, training };
enum class optimizer : int { none, adam, momentum };  // Adam with a rate of 1e-3; SGD with 0.01 and a momentum of 0.9

struct workload {
  const char* name;
  family kind;
  network net;
  int batch = 1;               // elementwise: the number of elements of tanh(a * b + c) * d + relu(e)
  optimizer update = optimizer::none;
  bool squares = false;        // training: mean squared error instead of softmax cross-entropy

  constexpr bool trains() const { return kind == family::training; }
  constexpr double flops() const { return batch * (trains() ? net.training_flops() : net.flops()); }
  constexpr double bytes() const { return kind == family::elementwise ? 24. * batch : 0; }
};

constexpr workload gemm(const char* name, int m, int n, int k) { return {name, family::gemm, dense_layer(k, n), m}; }
constexpr workload block(const char* name, int n) { return {name, family::dense, dense_layer(n, n, act::relu), n}; }

inline constexpr workload workloads[] = {
    gemm("gemm 16^3", 16, 16, 16),
    gemm("gemm 32^3", 32, 32, 32),
    gemm("gemm 64^3", 64, 64, 64),
    gemm("gemm 128^3", 128, 128, 128),
    gemm("gemm 256^3", 256, 256, 256),
    gemm("gemm 512^3", 512, 512, 512),
    gemm("gemm 1024^3", 1024, 1024, 1024),
    gemm("gemm 2048^3", 2048, 2048, 2048),
    gemm("gemm 1x64x64", 1, 64, 64),
    gemm("gemm 1x128x784", 1, 128, 784),
    gemm("gemm 1x1024x1024", 1, 1024, 1024),
    gemm("gemm 4x256x256", 4, 256, 256),
    gemm("gemm 8x512x512", 8, 512, 512),
    block("4^3 + bias + relu", 4),
    block("8^3 + bias + relu", 8),
    block("16^3 + bias + relu", 16),
    block("32^3 + bias + relu", 32),
    block("64^3 + bias + relu", 64),
    {"MLP 16-64-64-4 tanh", family::dense, small_mlp(), 1},
    {"MLP 784-128-10 relu", family::dense, mlp(true), 1},
    {"MLP 784-128-10 relu, batch 64", family::dense, mlp(true), 64},
    {"LeNet-5", family::images, lenet(), 1},
    {"LeNet-5, batch 64", family::images, lenet(), 64},
    {"MobileNetV2", family::images, mobilenet_v2(), 1},
    {"ResNet-18", family::images, resnet(18), 1},
    {"ResNet-50", family::images, resnet(50), 1},
    {"elementwise, 4096", family::elementwise, {}, 4096},
    {"elementwise, 1048576", family::elementwise, {}, 1 << 20},
    {"train MLP 784-128-10, Adam, batch 64", family::training, mlp(false), 64, optimizer::adam},
    {"train LeNet-5, momentum, batch 64", family::training, lenet(), 64, optimizer::momentum},
    {"train MLP 16-64-64-4, Adam, batch 32", family::training, small_mlp(), 32, optimizer::adam, true},
    {"train ResNet-18 32x32, momentum, batch 32", family::training, resnet(18, true), 32, optimizer::momentum},
};
inline constexpr int workload_count = sizeof workloads / sizeof *workloads;

}  // namespace bench
