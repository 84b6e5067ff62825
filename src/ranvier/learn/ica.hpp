#pragma once

#include <functional>

#include "ranvier/base/fields.hpp"
#include "ranvier/learn/decomposition.hpp"

namespace ranvier::learn {

/// Samples of unit variance without correlation, one row per component: (k, n), rows padded to 64 bytes with zeros.
struct White {
    std::vector<double> mean;      ///< shape (d)
    Array<double, 2> whitening;    ///< shape (k, d)
    Array<double, 2> dewhitening;  ///< its pseudo-inverse, transposed: shape (k, d)
    Array<double, 2> Z;            ///< shape (k, padded n)
    index n = 0;
};
/// @param k  how many; none: as many as the samples have dimensions, at most n − 1
/// @throws InvalidInput  fewer than k dimensions in the data @cost  O(n d² + n d k), on threads()
White whitened(View<const double, 2> X, std::optional<index> k);
/// Samples that are white already, as they are.
White taken_as_white(View<const double, 2> X);

enum class Contrast { logcosh, exp, cube };
enum class Search { parallel, deflation };
enum class Whiten { unit_variance, arbitrary_variance, no };

/// Where random numbers come from that are not those of a seed: each call fills what it is given.
struct NumberSource {
    std::function<void(std::span<double>)> uniform;  ///< in [0, 1)
    std::function<void(std::span<double>)> normal;   ///< of mean 0 and variance 1
};

struct FastIcaOptions {
    std::optional<index> n_components;
    Search algorithm = Search::parallel;
    Whiten whiten = Whiten::unit_variance;
    Contrast fun = Contrast::logcosh;
    Value fun_args;  ///< of logcosh: {'alpha': a}, g(u) = tanh(a u)
    Value w_init;
    index max_iter = 200;
    double tol = 1e-4;
    Seed random_state;
    static Fields fields();
};
struct PicardOptions {
    std::optional<index> n_components;
    bool extended = true;
    index max_iter = 500;
    double tol = 1e-7;
    Seed random_state;
    static Fields fields();
};
struct InfomaxOptions : PicardOptions {
    InfomaxOptions() { tol = 1e-12; }
    static Fields fields();
};
/// All that Infomax can be told. Names and defaults are MNE-Python's.
struct InfomaxRule {
    std::optional<double> l_rate;
    std::optional<index> block;
    double w_change = 1e-12, anneal_deg = 60, anneal_step = 0.9;
    bool extended = true;
    index n_subgauss = 1, kurt_size = 6000, ext_blocks = 1, max_iter = 200;
    double blowup = 1e4, blowup_fac = 0.5;
    std::optional<index> n_small_angle = 20;
    bool use_bias = true;
    static Fields fields();
};

struct Unmixing {
    Array<double, 2> W;  ///< sources = W Z, shape (k, k)
    index iterations = 0;
    double change = 0;  ///< the last step's
    bool converged = false;
};

/// FastICA: W ← (g(WZ) Zᵀ/n − diag(mean g′) W), decorrelated, until max |1 − |w_new · w_old|| < tolerance; all
/// directions at once with symmetric decorrelation, or (deflation) one after the other, each at right angles to those
/// before.
/// @param options  w_init: rows to begin with, shape (k, k)
/// @cost  O(n k²) per iteration, on threads(); deflation O(n k) per iteration of a direction
/// @source  Hyvärinen 1999, doi:10.1109/72.761722
/// @param random  whose normal numbers make the first matrix; none: those of the seed
Unmixing fast_ica(const White& white, const FastIcaOptions& options, const NumberSource& random = {});

/// Infomax by natural gradient over blocks of √(n/3) samples in random order, with falling learning rate; extended: the
/// sign of each source's kurtosis chooses between sub- and super-Gaussian densities.
/// @source  Bell & Sejnowski 1995, doi:10.1162/neco.1995.7.6.1129; extended: Lee, Girolami & Sejnowski 1999,
///          doi:10.1162/089976699300016719
Unmixing infomax(const White& white, const InfomaxOptions& options);
/// The same of samples in rows of padded<double>(k) numbers, zero behind the first k, which it takes over.
/// @param weights  shape (k, k) to begin with, or empty: the identity
/// @param random   whose uniform numbers order the samples
Unmixing infomax(Array<double, 2> samples, index k, const InfomaxRule& rule, View<const double, 2> weights,
                 const NumberSource& random);
/// Those of numpy.random.RandomState(seed).
NumberSource numpy_numbers(std::uint64_t seed);

/// Maximum likelihood by L-BFGS preconditioned with a block-diagonal Hessian; ends where the largest entry of the
/// gradient is below tolerance. Densities: 1/cosh, for super-Gaussian sources; extended: those of extended Infomax,
/// chosen by the sign of E[tanh′(y)] E[y²] − E[tanh(y) y].
/// @source  Ablin, Cardoso & Gramfort 2018, doi:10.1109/TSP.2018.2844203, algorithm 3
Unmixing picard(const White& white, const PicardOptions& options, const NumberSource& random = {});

/// Sources from samples, and back: components = W · whitening, and its pseudo-inverse transposed, both (k, d).
void combine(const White& white, const Unmixing& unmixing, Array<double, 2>& components, Array<double, 2>& mixing);

}  // namespace ranvier::learn
