#!/usr/bin/env python3
"""Writes tests/train/metrics_golden.hpp: data and what scikit-learn makes of them, for the tests of train's accumulators.

    /usr/bin/python3 tests/train/metrics_golden.py     Debian: python3-sklearn (1.2.1)

All numbers of the data are floats: what is computed in double from them is computed from the same numbers. What scikit-learn has no function for
is written out here, by NumPy, from the definition.
"""
import pathlib
import textwrap
import warnings

import numpy as np
from scipy import special
from sklearn import calibration
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
RANDOM = np.random.default_rng(20240607)


def number(x):
    x = float(x)
    return "math::nan" if np.isnan(x) else repr(x)


def floats(values):
    return "{" + ", ".join(f"{np.float32(v)!s}f" if "." in str(np.float32(v)) or "e" in str(np.float32(v)) else f"{np.float32(v)!s}.f" for v in values) + "}"


def integers(values):
    return "{" + ", ".join(str(int(v)) for v in values) + "}"


def doubles(values):
    return "{" + ", ".join(number(v) for v in values) + "}"


def weights_of(rows):
    return RANDOM.integers(0, 17, rows) / 8


def specificity(truth, predicted, labels, weights, zero_division, average):
    m = sk.multilabel_confusion_matrix(truth, predicted, labels=labels, sample_weight=weights)
    tn, fp, tp, fn = m[:, 0, 0], m[:, 0, 1], m[:, 1, 1], m[:, 1, 0]
    if average == "micro":
        tn, fp = np.array([tn.sum()]), np.array([fp.sum()])
    each = np.array([a / (a + b) if a + b > 0 else zero_division for a, b in zip(tn, fp)])
    if average is None:
        return each
    return np.average(each, weights=tp + fn) if average == "weighted" else each.mean()


def classification(classes, truth, predicted, weights=None, zero_division=0.0):
    rows = []
    for labels in [list(range(classes))] + ([list(range(1, classes))] if classes > 2 else []):
        common = dict(labels=labels, sample_weight=weights, zero_division=zero_division)
        for measure in (lambda a: sk.precision_score(truth, predicted, average=a, **common), lambda a: sk.recall_score(truth, predicted, average=a, **common),
                        lambda a: specificity(truth, predicted, labels, weights, zero_division, a),
                        lambda a: sk.f1_score(truth, predicted, average=a, **common), lambda a: sk.fbeta_score(truth, predicted, beta=0.5, average=a, **common),
                        lambda a: sk.fbeta_score(truth, predicted, beta=2, average=a, **common),
                        lambda a: sk.jaccard_score(truth, predicted, average=a, **common)):
            rows.append(list(measure(None)) + [measure(a) for a in ("micro", "macro", "weighted")])
    kappa = lambda w: sk.cohen_kappa_score(truth, predicted, labels=range(classes), weights=w, sample_weight=weights)
    single = [sk.accuracy_score(truth, predicted, sample_weight=weights), sk.balanced_accuracy_score(truth, predicted, sample_weight=weights),
              kappa(None), kappa("linear"), kappa("quadratic"), sk.matthews_corrcoef(truth, predicted, sample_weight=weights)]
    return (f"    {{{classes}, {integers(truth)},\n     {integers(predicted)},\n     {floats(weights) if weights is not None else '{}'}, {number(zero_division)},\n     {{"
            + ",\n      ".join(doubles(r) for r in rows) + f"}},\n     {doubles(single)}}},\n")


def classification_cases():
    out = ""
    for classes, rows, right in (2, 40, 0.7), (3, 60, 0.5), (7, 90, 0.4):
        for weighted in False, True:
            truth = RANDOM.integers(0, classes, rows)
            predicted = np.where(RANDOM.random(rows) < right, truth, RANDOM.integers(0, classes, rows))
            out += classification(classes, truth, predicted, weights_of(rows) if weighted else None)
    truth, predicted = np.array([0, 0, 1, 1, 3, 3, 0, 1]), np.array([0, 1, 1, 4, 3, 0, 0, 1])  # 2 and 5 are nowhere, 4 is predicted only
    for zero_division in 0.0, 1.0:
        out += classification(6, truth, predicted, None, zero_division)
    out += classification(3, np.array([0, 0, 1]), np.array([1, 2, 0]))  # nothing is right
    out += classification(2, np.array([1, 1, 1]), np.array([1, 1, 1]))  # one class
    out += classification(2, np.array([0, 1, 1]), np.array([1, 1, 1]))
    return out


def pr_auc(truth, scores, weights):
    precision, recall, _ = sk.precision_recall_curve(truth, scores, sample_weight=weights)
    return sk.auc(recall, precision)


def by_thresholds(truth, scores, weights, count=200):
    """Keras' AUC with its default options: of ROC, of PR."""
    thresholds = np.array([-1e-7] + [k / (count - 1) for k in range(1, count - 1)] + [1 + 1e-7])
    positive = scores[None, :] > thresholds[:, None]
    tp, fp = (positive * truth * weights).sum(1), (positive * (1 - truth) * weights).sum(1)
    p, n = (truth * weights).sum(), ((1 - truth) * weights).sum()
    tpr, fpr = tp / p, fp / n
    roc = ((fpr[:-1] - fpr[1:]) * (tpr[:-1] + tpr[1:]) / 2).sum()
    divide = lambda a, b: np.divide(a, b, out=np.zeros_like(a), where=b != 0)
    all_ = tp + fp
    slope = divide(tp[:-1] - tp[1:], np.maximum(all_[:-1] - all_[1:], 0))
    intercept = tp[1:] - slope * all_[1:]
    ratio = np.where((all_[:-1] > 0) & (all_[1:] > 0), divide(all_[:-1], np.maximum(all_[1:], 0)), 1)
    pr = divide(slope * (tp[:-1] - tp[1:] + intercept * np.log(ratio)), np.full(count - 1, p)).sum()
    return [roc, pr]


def ranking(classes, truth, scores, weights=None, probabilities=True):
    """scores: [rows, columns]; of two classes one column."""
    scores = np.asarray(scores, np.float32).astype(float)
    columns = [(truth == (1 if classes == 2 else c)).astype(float) for c in range(scores.shape[1])]
    w = np.ones(len(truth)) if weights is None else weights
    pooled, repeated = np.stack(columns, 1).ravel(), np.repeat(w, scores.shape[1])
    prevalence = [(y * w).sum() for y in columns]
    rows = []
    for measure in sk.roc_auc_score, sk.average_precision_score, pr_auc:
        if measure is pr_auc:
            each = [pr_auc(y, scores[:, c], w) for c, y in enumerate(columns)]
            averages = [pr_auc(pooled, scores.ravel(), repeated), np.mean(each), np.average(each, weights=prevalence)]
        else:
            each = [measure(y, scores[:, c], sample_weight=w) for c, y in enumerate(columns)]
            averages = [measure(np.stack(columns, 1), scores, average=a, sample_weight=w) for a in ("micro", "macro", "weighted")]
        rows.append(each + averages)
    keras = [by_thresholds(y, scores[:, c], w) for c, y in enumerate(columns)] if probabilities else []
    curve = []
    if classes == 2:
        fpr, tpr, thresholds = sk.roc_curve(truth, scores[:, 0], sample_weight=weights, drop_intermediate=False)
        curve = [fpr[1:], tpr[1:], thresholds[1:]]
    return (f"    {{{classes}, {integers(truth)},\n     {floats(scores.ravel())},\n     {floats(weights) if weights is not None else '{}'},\n     {{"
            + ",\n      ".join(doubles(r) for r in rows) + "},\n     {" + ", ".join(doubles(k) for k in keras) + "},\n     {"
            + ",\n      ".join(doubles(c) for c in curve) + "}},\n")


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return (e / e.sum(1, keepdims=True)).astype(np.float32)


def ranking_cases():
    out = ""
    for tied, weighted in (False, False), (True, False), (True, True):
        truth = RANDOM.integers(0, 2, 50)
        scores = np.clip(truth * 0.25 + RANDOM.random(50) * 0.75, 0, 1)
        if tied:
            scores = np.round(scores * 8) / 8
        out += ranking(2, truth, scores[:, None], weights_of(50) if weighted else None)
    out += ranking(2, np.array([0, 1, 1, 0, 1]), np.array([[-3.5], [2], [0.25], [0.25], [-7]]), None, False)  # logits
    out += ranking(2, np.array([0, 1, 1]), np.array([[0.5], [0.5], [0.5]]))                                  # all tied
    for classes, rows, weighted in (3, 40, False), (5, 60, True):
        truth = np.concatenate([np.arange(classes), RANDOM.integers(0, classes, rows - classes)])
        out += ranking(classes, truth, softmax(np.eye(classes)[truth] + RANDOM.normal(size=(rows, classes))), weights_of(rows) + 0.125 if weighted else None)
    return out


def calibration_of(shown, hits, weights, bins):
    """Rows, mean probability and share of hits of each bin."""
    ids = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], shown)
    rows, sums, right = (np.bincount(ids, weights=w, minlength=bins) for w in (weights, weights * shown, weights * hits))
    divide = lambda a: np.divide(a, rows, out=np.zeros_like(a), where=rows > 0)
    return rows, divide(sums), divide(right)


def probability(classes, bins, truth, given, weights=None):
    given = np.asarray(given, np.float32).astype(float)
    w = np.ones(len(truth)) if weights is None else weights
    loss = sk.log_loss(truth, given[:, 0] if classes == 2 else given, labels=range(classes), sample_weight=weights)
    if classes == 2:
        brier = sk.brier_score_loss(truth, given[:, 0], sample_weight=weights, pos_label=1)
        shown, hits = given[:, 0], truth == 1
    else:
        brier = np.average(((given - np.eye(classes)[truth]) ** 2).sum(1), weights=w)
        shown, hits = given.max(1), given.argmax(1) == truth
    rows, mean, right = calibration_of(shown, hits, w, bins)
    if classes == 2 and weights is None:  # of the bins with rows
        sk_right, sk_mean = calibration.calibration_curve(truth, given[:, 0], n_bins=bins)
        assert np.allclose(sk_right, right[rows > 0], rtol=1e-15) and np.allclose(sk_mean, mean[rows > 0], rtol=1e-15)
    apart = np.abs(right - mean)
    single = [loss, brier, (rows * apart).sum() / rows.sum(), apart[rows > 0].max()]
    return (f"    {{{classes}, {bins}, {integers(truth)},\n     {floats(given.ravel())},\n     {floats(weights) if weights is not None else '{}'},\n     "
            + doubles(single) + ",\n     {" + ",\n      ".join(doubles(r) for r in (rows, mean, right)) + "}},\n")


def probability_cases():
    out = ""
    for bins, weighted in (10, False), (4, True):
        truth = RANDOM.integers(0, 2, 40)
        given = np.clip(0.3 * truth + 0.7 * RANDOM.random(40), 0, 1)
        given[:4] = [0, 1, 0.5, 0.25]  # certain, one of them wrong; edges of bins
        truth[:4] = [0, 0, 1, 1]
        out += probability(2, bins, truth, given[:, None], weights_of(40) if weighted else None)
    for classes, bins, weighted in (3, 5, False), (6, 15, True):
        truth = RANDOM.integers(0, classes, 30)
        out += probability(classes, bins, truth, softmax(2 * np.eye(classes)[truth] + RANDOM.normal(size=(30, classes)) * 2), weights_of(30) if weighted else None)
    return out + probability(3, 5, np.array([0, 1, 2]), np.eye(3)[[0, 2, 2]])  # certain


def rows_case(classes, rows, weighted):
    """Logits and labels, vectors, distributions: means over rows."""
    truth, weights = RANDOM.integers(0, classes, rows), weights_of(rows) if weighted else None
    w = np.ones(rows) if weights is None else weights
    single = lambda x: x.astype(np.float32).astype(float)
    logits, targets, p, q = (single(x) for x in (RANDOM.normal(size=(rows, classes)) * 3, RANDOM.normal(size=(rows, classes)),
                                                softmax(RANDOM.normal(size=(rows, classes))), softmax(RANDOM.normal(size=(rows, classes)))))
    targets[0], q[1] = 0, np.eye(classes)[0]
    nats = np.average(-special.log_softmax(logits, 1)[np.arange(rows), truth], weights=w)
    values = [sk.top_k_accuracy_score(truth, logits, k=k, labels=range(classes), sample_weight=weights) for k in (1, 2)]
    values += [np.exp(nats), np.average(1 - sk.pairwise.paired_cosine_distances(logits[1:], targets[1:]), weights=w[1:]) * w[1:].sum() / w.sum(),
               np.average(special.rel_entr(q, p).sum(1), weights=w)]
    return (f"    {{{classes}, {integers(truth)},\n     {floats(logits.ravel())},\n     {floats(targets.ravel())},\n     {floats(p.ravel())},\n     "
            f"{floats(q.ravel())},\n     {floats(weights) if weights is not None else '{}'}, {doubles(values)}}},\n")


def regression(predicted, targets, weights=None):
    """[rows, outputs]"""
    predicted, targets = (np.asarray(x, np.float32).astype(float) for x in (predicted, targets))
    w = np.ones(len(targets)) if weights is None else weights
    common = dict(sample_weight=weights, multioutput="raw_values")
    rows = [sk.mean_squared_error(targets, predicted, **common), sk.mean_squared_error(targets, predicted, squared=False, **common),
            sk.mean_absolute_error(targets, predicted, **common), sk.mean_absolute_percentage_error(targets, predicted, **common),
            np.atleast_1d(sk.r2_score(targets, predicted, **common)), sk.explained_variance_score(targets, predicted, **common),
            np.average(targets - predicted, axis=0, weights=w), np.abs(targets - predicted)[w > 0].max(0)]
    if targets.shape[1] == 1 and weights is None:
        assert rows[7][0] == sk.max_error(targets, predicted)
    return (f"    {{{targets.shape[1]}, {floats(predicted.ravel())},\n     {floats(targets.ravel())},\n     {floats(weights) if weights is not None else '{}'},\n     {{"
            + ",\n      ".join(doubles(list(np.broadcast_to(r, targets.shape[1])) + [np.mean(r)]) for r in rows) + "}},\n")


def regression_cases():
    out = ""
    for outputs, rows, weighted in (1, 40, False), (1, 30, True), (3, 25, True):
        targets = RANDOM.normal(size=(rows, outputs)) * 3
        out += regression(targets + RANDOM.normal(size=(rows, outputs)) + 0.5, targets, weights_of(rows) if weighted else None)
    targets = 1e6 + RANDOM.normal(size=(50, 1))  # far from 0
    out += regression(targets + RANDOM.normal(size=(50, 1)) / 2, targets)
    out += regression(np.array([[1.0], [2], [0.5]]), np.array([[0.0], [2], [0]]))  # targets of 0
    out += regression(np.array([[1.0], [2]]), np.array([[3.0], [3]]))              # all targets the same
    out += regression(np.array([[3.0], [3]]), np.array([[3.0], [3]]))              # and all right
    return out + regression(np.array([[1.0]]), np.array([[3.0]]))                  # one row


def main():
    content = f"""// Written by metrics_golden.py with scikit-learn {__import__('sklearn').__version__}: data, and the values of scikit-learn's functions.
#pragma once
#include <igata/core/math.hpp>

#include <cstdint>
#include <vector>

namespace golden {{
using namespace igata;

// measures: precision, recall, specificity, F1, F0.5, F2, IoU: of each class, micro, macro, weighted; of more than two classes
// once more without class 0.
// single: accuracy, balanced accuracy, kappa (equal, linear, quadratic), MCC.
struct classification {{
  int classes;
  std::vector<std::int32_t> truth, predicted;
  std::vector<float> weights;
  double zero_division;
  std::vector<std::vector<double>> measures;
  std::vector<double> single;
}};
inline const std::vector<classification> classifications{{
{classification_cases()}}};

// measures: ROC AUC, average precision, PR AUC: of each class (of two: of class 1), micro, macro, weighted. thresholds: of each class, by Keras' formula
// with 200 thresholds, ROC AUC and PR AUC. curve: of two classes, false and true positives as shares, and thresholds.
struct ranking {{
  int classes;
  std::vector<std::int32_t> truth;
  std::vector<float> scores, weights;
  std::vector<std::vector<double>> measures, thresholds, curve;
}};
inline const std::vector<ranking> rankings{{
{ranking_cases()}}};

// single: log loss, Brier score, calibration error and the greatest of a bin. bins: rows, mean probability, share of hits.
struct probability {{
  int classes, bins;
  std::vector<std::int32_t> truth;
  std::vector<float> given, weights;
  std::vector<double> single;
  std::vector<std::vector<double>> calibration;
}};
inline const std::vector<probability> probabilities{{
{probability_cases()}}};

// values: accuracy of the top 1 and 2 of the logits, their perplexity, cosine similarity of logits and targets, divergence of p from q.
struct row_means {{
  int classes;
  std::vector<std::int32_t> truth;
  std::vector<float> logits, targets, p, q, weights;
  std::vector<double> values;
}};
inline const std::vector<row_means> means_of_rows{{
{rows_case(3, 20, False)}{rows_case(7, 12, True)}}};

// values: mean squared error, its root, mean absolute and absolute relative error, R², explained variance, mean and largest error: of each output, and
// their mean.
struct regression {{
  int outputs;
  std::vector<float> predicted, targets, weights;
  std::vector<std::vector<double>> values;
}};
inline const std::vector<regression> regressions{{
{regression_cases()}}};

}}  // namespace golden
"""
    lines = [textwrap.fill(line, 148, subsequent_indent="// " if line.startswith("//") else "      ") if len(line) > 150 else line for line in content.split("\n")]
    pathlib.Path(__file__).with_suffix(".hpp").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
