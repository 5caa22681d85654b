// Every header that a user includes, together.
#include <igata/eager.hpp>
#include <igata/embedded.hpp>
#include <igata/expr.hpp>
#include <igata/f64.hpp>
#include <igata/functional.hpp>
#include <igata/igata.hpp>
#include <igata/io.hpp>
#include <igata/io/mapped_weights.hpp>
#include <igata/metrics.hpp>
#include <igata/onnx.hpp>
#include <igata/session.hpp>
#include <igata/threads.hpp>
#include <igata/train.hpp>

int main() { return 0; }
