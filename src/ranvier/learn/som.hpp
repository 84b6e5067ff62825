#pragma once

#include "ranvier/base/fields.hpp"
#include "ranvier/learn/data.hpp"

namespace ranvier::learn {

enum class Lattice { rectangular, hexagonal };
enum class Neighbourhood { gaussian, bubble, mexican_hat };
enum class MapStart { pca, sample, random };
enum class Decay { linear, exponential };
enum class Boundary { planar, toroidal };
enum class MapTraining { batch, online };

/// Where the units of a map stand: rows × columns of them, unit u = row · columns + column. Neighbours are 1 apart; of
/// a hexagonal lattice odd rows are shifted by ½ and rows are √¾ apart. A toroidal map has no border: distances are the
/// shortest around it.
struct MapShape {
    index rows = 10, columns = 10;
    Lattice lattice = Lattice::rectangular;
    bool toroidal = false;
    index units() const { return rows * columns; }
};

/// @throws InvalidInput  a side < 1; a hexagonal torus with an odd number of rows, which would not close
void require_shape(const MapShape& shape);
/// Positions of all units, shape (units, 2): x, y.
Array<double, 2> positions(const MapShape& shape);
/// Squared distance of units a and b on the lattice.
double squared_distance(const MapShape& shape, index a, index b);
/// Whether a and b touch: 8 neighbours on a rectangular lattice, 6 on a hexagonal one.
bool adjacent(const MapShape& shape, index a, index b);

/// Weight of a unit at squared lattice distance d² from the winner:
/// gaussian exp(−d²/2σ²); bubble 1 where d ≤ σ, else 0; mexican hat (1 − d²/σ²) exp(−d²/2σ²)
double neighbourhood(Neighbourhood kind, double squared_distance, double sigma);

struct SomOptions {
    std::array<index, 2> shape{10, 10};
    Lattice lattice = Lattice::rectangular;
    Boundary boundary = Boundary::planar;
    Neighbourhood neighborhood = Neighbourhood::gaussian;
    MapTraining training = MapTraining::batch;
    index max_iter = 20;
    bool shuffle = true;
    std::optional<double> sigma;
    double sigma_end = 1;
    double learning_rate = 0.5;
    double learning_rate_end = 0.01;
    Decay decay = Decay::linear;
    MapStart init = MapStart::pca;
    Seed random_state;

    MapShape map() const { return {shape[0], shape[1], lattice, boundary == Boundary::toroidal}; }
    static Fields fields() {
        using O = SomOptions;
        return {
            "SelfOrganizingMap",
            {field("shape", &O::shape, "rows and columns of the lattice").at_least(1),
             field("lattice", &O::lattice, "with 8 or 6 neighbours",
                   {{"rectangular", Lattice::rectangular}, {"hexagonal", Lattice::hexagonal}}),
             field("boundary", &O::boundary, "whether the lattice has a border",
                   {{"planar", Boundary::planar}, {"toroidal", Boundary::toroidal}}),
             field("neighborhood", &O::neighborhood,
                   "how far a winner draws its neighbours along: with d the distance on the lattice, exp(-d²/2σ²), 1 "
                   "within σ, or (1 - d²/σ²) exp(-d²/2σ²) (online only)",
                   {{"gaussian", Neighbourhood::gaussian},
                    {"bubble", Neighbourhood::bubble},
                    {"mexican_hat", Neighbourhood::mexican_hat}}),
             field("training", &O::training,
                   "all samples, then all units move to their weighted means; or a step after each sample",
                   {{"batch", MapTraining::batch}, {"online", MapTraining::online}}),
             field("max_iter", &O::max_iter, "passes over the data").at_least(1),
             field("shuffle", &O::shuffle, "take the samples in a new order in each pass (online)"),
             field("sigma", &O::sigma, "width at the begin; None: half the longer side").above(0),
             field("sigma_end", &O::sigma_end, "width at the end").above(0),
             field("learning_rate", &O::learning_rate, "online step at the begin").above(0).at_most(1),
             field("learning_rate_end", &O::learning_rate_end, "online step at the end, also that of partial_fit")
                 .above(0)
                 .at_most(1),
             field("decay", &O::decay, "of width and step",
                   {{"linear", Decay::linear}, {"exponential", Decay::exponential}}),
             field("init", &O::init,
                   "a sheet in the plane of the two largest principal components, samples, or uniform in the range "
                   "of the data",
                   {{"pca", MapStart::pca}, {"sample", MapStart::sample}, {"random", MapStart::random}}),
             field("random_state", &O::random_state, "seed of the begin and of the orders").at_least(0)}};
    }
};

/// Units that a lesion left, ascending; empty: all.
using Alive = std::vector<std::int32_t>;

template <class T>
struct Som {
    MapShape shape;
    Array<T, 2> weights;                     ///< shape (units, d)
    std::vector<double> quantisation_error;  ///< before each epoch's move (batch) or while moving (online)
};

/// Weights to begin with. pca: a sheet in the plane of the two largest principal components, ±1 standard deviation
/// wide, axes signed so that their largest entry is positive; sample: distinct samples as far as there are any; random:
/// uniform in the range of each feature.
template <class T>
Array<T, 2> start_weights(View<const T, 2> X, const SomOptions& options);

/// Trains a map (Kohonen 1982). Batch: w_u = Σ_i h(u, b_i) x_i / Σ_i h(u, b_i), b_i the best unit of sample i; units
/// that no sample pulls stay. Online: w_u += α h(u, b) (x − w_u), one random sample after another.
/// @param start  weights, shape (units, d), or null: by options.init
/// @param alive  units that win and move (online), the others stay; empty: all
/// @throws InvalidInput  batch training with the mexican hat, whose sums of weights may vanish; options out of range
/// @cost    O(n units d) per epoch; batch runs on threads()
/// @source  Kohonen 1982, doi:10.1007/BF00337288; batch: Kohonen 2013, doi:10.1016/j.neunet.2012.09.018, eq. 8
template <class T>
Som<T> fit_som(View<const T, 2> X, const SomOptions& options, const Array<T, 2>* start = nullptr,
               const Alive& alive = {});

/// Best unit, second best unit (where `second` is not null) and distance to the best, of each sample. Of equals the
/// first.
/// @cost  O(n units d), on threads()
template <class T>
void best_units(View<const T, 2> X, View<const T, 2> weights, std::vector<std::int32_t>& best,
                std::vector<std::int32_t>* second, std::vector<T>& distance);
/// Distances of every sample to every unit, shape (n, units).
template <class T>
Array<T, 2> unit_distances(View<const T, 2> X, View<const T, 2> weights);

/// Rows of the units that are left.
template <class T>
Array<T, 2> left(View<const T, 2> weights, const Alive& alive);
/// Mean distance of a sample to its best unit.
template <class T>
double quantisation_error(View<const T, 2> X, View<const T, 2> weights, const Alive& alive = {});
/// Part of the samples whose best and second best unit are not adjacent.
template <class T>
double topographic_error(View<const T, 2> X, View<const T, 2> weights, const MapShape& shape, const Alive& alive = {});
/// Mean distance of each unit's weights to those of its adjacent units, shape (rows, columns); NaN for lost ones.
template <class T>
Array<double, 2> u_matrix(View<const T, 2> weights, const MapShape& shape, const Alive& alive = {});

}  // namespace ranvier::learn
