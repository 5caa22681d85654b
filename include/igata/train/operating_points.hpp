// What a classifier of two classes does at each threshold, and the areas below its curves.
//
//   const std::vector<train::operating_point> all = r.points();          of a train::ranking
//   all[i].true_positives / all.back().true_positives                    recall, at scores >= all[i].threshold
//   train::roc_auc(all);  train::average_precision(all);
#pragma once
#include <cmath>   // log
#include <vector>  // vector

#include "../core/math.hpp"

namespace igata::inline IGATA_ABI::train {

// The rows, or the sum of their weights, that are positive by a score at or above the threshold (of a ranking by thresholds: above it).
// Points are ordered from the highest threshold to the lowest, at which every row is positive.
struct operating_point {
  double threshold, true_positives, false_positives;
};

// The area below true positives over false positives, both as shares: the probability that a positive row has the higher score than a negative one,
// where equal scores count half (Hanley and McNeil 1982). NaN without a row of either kind.
inline double roc_auc(const std::vector<operating_point>& points) {
  double area = 0, tp = 0, fp = 0;
  for (const operating_point& p : points) {
    area += (p.false_positives - fp) * (p.true_positives + tp) / 2;
    tp = p.true_positives, fp = p.false_positives;
  }
  return tp > 0 && fp > 0 ? area / (tp * fp) : math::nan;
}

// The sum of precision · growth of recall, from one threshold to the next. NaN without a positive row.
inline double average_precision(const std::vector<operating_point>& points) {
  double sum = 0, tp = 0;
  for (const operating_point& p : points) {
    if (p.true_positives > tp) sum += (p.true_positives - tp) * (p.true_positives / (p.true_positives + p.false_positives));
    tp = p.true_positives;
  }
  return tp > 0 ? sum / tp : math::nan;
}

// The area below precision over recall, with straight lines between the points, from precision 1 at recall 0: higher than can be reached.
inline double pr_auc(const std::vector<operating_point>& points) {
  double sum = 0, tp = 0, precision = 1;
  for (const operating_point& p : points) {
    if (!(p.true_positives + p.false_positives > 0)) continue;
    const double here = p.true_positives / (p.true_positives + p.false_positives);
    sum += (p.true_positives - tp) * (precision + here) / 2;
    tp = p.true_positives, precision = here;
  }
  return tp > 0 ? sum / tp : math::nan;
}

// The same with the curve that can be reached between two points, where false positives grow evenly with true ones (Davis and Goadrich 2006), as in
// Keras' AUC(curve="PR").
inline double interpolated_pr_auc(const std::vector<operating_point>& points) {
  double sum = 0, tp = 0, all = 0;
  for (const operating_point& p : points) {
    const double here = p.true_positives + p.false_positives, more = p.true_positives - tp;
    if (here > all) {
      const double slope = more / (here - all), intercept = tp - slope * all;
      sum += slope * (more + (all > 0 ? intercept * std::log(here / all) : 0));
    }
    tp = p.true_positives, all = here;
  }
  return tp > 0 ? sum / tp : math::nan;
}

}  // namespace igata::inline IGATA_ABI::train
