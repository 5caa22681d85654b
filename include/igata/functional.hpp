// Functions of models that few need: einsum, grid_sample, cross_entropy with weights, norms, inverse trigonometry. Names are PyTorch's functional
// ones.
#pragma once
#include "functional/along_axes.hpp"
#include "functional/det.hpp"
#include "functional/einsum.hpp"
#include "functional/fold.hpp"
#include "functional/grid_sample.hpp"
#include "functional/index_tuples.hpp"
#include "functional/local_response_norm.hpp"
#include "functional/nll_loss.hpp"
#include "functional/rest.hpp"
#include "functional/spectrum.hpp"
#include "functional/trigonometry.hpp"
#include "functional/windows.hpp"
