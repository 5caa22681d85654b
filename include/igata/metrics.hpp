// Metrics of whole datasets: accumulators that are given predictions and labels, part by part. Those of a program's own are metric/ and come with
// igata.hpp.
#pragma once
#include "train/confusion_matrix.hpp"
#include "train/perplexity.hpp"
#include "train/probabilities.hpp"
#include "train/ranking.hpp"
#include "train/residuals.hpp"
#include "train/row_similarity.hpp"
#include "train/sequence_errors.hpp"
#include "train/slices.hpp"
#include "train/top_k.hpp"
