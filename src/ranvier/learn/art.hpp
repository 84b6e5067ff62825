#pragma once

#include "ranvier/base/fields.hpp"
#include "ranvier/learn/data.hpp"
#include "ranvier/learn/state.hpp"

namespace ranvier::learn {

/// Categories of adaptive resonance, one row each.
struct ArtOptions {
    double rho = 0.6;
    double alpha = 1e-3;
    double beta = 1;
    double epsilon = 1e-10;
    index max_iter = 20;
    index max_categories = 1'000'000;
    static Fields fields();
};
/// What ART 1, fuzzy ART and fuzzy ARTMAP take.
struct Art1Options : ArtOptions {
    double threshold = 0.5;
    static Fields fields();
};
struct FuzzyArtOptions : ArtOptions {
    Value feature_range;
    static Fields fields();
};
struct FuzzyArtmapOptions : FuzzyArtOptions {
    FuzzyArtmapOptions() {
        rho = 0;
        max_iter = 1;
    }
    static Fields fields();
};

struct ArtMap {
    Array<double, 2> weights;          ///< shape (categories, 2 d) complement-coded, or (categories, d) of ART 1
    std::vector<std::int32_t> labels;  ///< class of each category (ARTMAP), else empty
    index epochs = 0;
    bool settled = false;  ///< the last pass changed nothing
};

/// Fuzzy ART on inputs that are complement-coded to (x, 1 − x): choice |I ∧ w| / (α + |w|), match |I ∧ w| / |I| ≥ ρ,
/// learning w += β (I ∧ w − w); a new category starts as I. The match of a category is 1 − the mean side of the box
/// that would hold it and the input: [0, 1] is no more than the unit in which sides are measured, and inputs beyond it
/// are as far from all boxes as they are.
/// @param start  categories to go on from, or null
/// @return categories; `assigned` gets the category of each sample as it was learnt in the last pass
/// @throws InvalidInput  samples that are not finite, options out of range
/// @cost    O(n categories d) per pass
/// @source  Carpenter, Grossberg & Rosen 1991, doi:10.1016/0893-6080(91)90056-B
ArtMap fit_fuzzy_art(View<const double, 2> X, const ArtOptions& options, std::vector<std::int32_t>& assigned,
                     const ArtMap* start = nullptr);

/// The simplified fuzzy ARTMAP: categories carry classes; a winner of the wrong class raises vigilance just above its
/// match for this sample (match tracking) and the search goes on.
/// @source  Carpenter et al. 1992, doi:10.1109/72.159059; simplified: Kasuba 1993
ArtMap fit_fuzzy_artmap(View<const double, 2> X, std::span<const std::int32_t> labels, const ArtOptions& options,
                        const ArtMap* start = nullptr);

/// Category of each sample: the one of largest choice among those whose match is at least rho; −1 where there is none.
std::vector<std::int32_t> fuzzy_categories(View<const double, 2> X, const ArtMap& map, double alpha, double rho);

/// How well the categories of each class fit each sample, shape (n, classes): the largest choice, or, where all of a
/// class are farther from the sample than 1, the largest |I ∧ w|, which is negative; −∞ for a class without categories. Of
/// equals the class of the first category is best, by a few roundings.
Array<double, 2> fuzzy_choices(View<const double, 2> X, const ArtMap& map, double alpha, index classes);

/// The boxes of fuzzy ART's or ARTMAP's categories in the units of the data, low and high corners, shape (categories,
/// d).
struct Hyperboxes {
    Array<double, 2> low, high;
};
/// @throws InvalidInput  the state's weights don't fit its range
Hyperboxes hyperboxes(const State& state);

/// ART 1 on inputs 0 and 1: top-down templates, bottom-up choice |I ∧ w| / (α + |w|), match |I ∧ w| / |I| ≥ ρ, fast
/// learning w = I ∧ w. An input without any 1 matches every template.
/// @source  Carpenter & Grossberg 1987, doi:10.1016/S0734-189X(87)80014-2
ArtMap fit_art1(View<const double, 2> X, const ArtOptions& options, std::vector<std::int32_t>& assigned,
                const ArtMap* start = nullptr);
std::vector<std::int32_t> art1_categories(View<const double, 2> X, const ArtMap& map, double alpha, double rho);

}  // namespace ranvier::learn
