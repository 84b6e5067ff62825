#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/meeg/ica/ica.hpp"
#include "ranvier/meeg/recording/projection.hpp"

namespace ranvier::meeg {

/// Calls with all samples, part by part, as often as asked; the task is what progress is told under.
using Parts = std::function<void(const std::string& task, const std::function<void(const Samples&)>&)>;

/// The fit itself, of an Ica that has its channels.
/// @param whole  the samples whose variance sorts the components; null: the parts
void fit_parts(Ica& ica, const Parts& parts, const Parts* whole, const Covariance* noise,
               const learn::NumberSource& random);

/// Rows of components (fastica, picard), or rows of samples (infomax), padded to 64 bytes.
struct WhiteComponents {
    Array<double, 2> values;
    bool by_sample = false;
};
/// Unmixes n samples of k components by the method that was asked for.
/// @throws InvalidInput  settings that are none of the method's
learn::Unmixing unmixed(Ica asked, WhiteComponents white, index n, index k, const learn::NumberSource& random);

inline constexpr index ica_panel = 1024;  // samples that are multiplied at once

/// Those projections that have been applied; bad channels count. Says how many.
Projector applied_projections(const Info& info);
Projector projections_of(const Ica& ica);
void need_fit(const Ica& ica);

Array<double, 2> product(const Array<double, 2>& a, const Array<double, 2>& b);
std::vector<double> times(const Array<double, 2>& a, std::span<const double> x);
Array<double, 2> first_rows(const Array<double, 2>& a, index n);
/// a · W
Array<double, 2> whitening_of(const Ica& ica, Array<double, 2> a);
/// W⁻ · a
Array<double, 2> colouring_of(const Ica& ica, Array<double, 2> a);
void add_offset(View<double, 2> y, std::span<const double> offset);

/// What cleaning does to samples: x − left · (right · x − centre), or, where there is a matrix, matrix · x + offset.
struct Cleaning {
    Array<double, 2> left, right;
    std::vector<double> centre;
    Affine whole;
};
/// @param kept  components, ascending; @param pca  how many principal components
Cleaning cleaning_of(const Ica& ica, const std::vector<index>& kept, index pca);
/// Cleans channels of `data` in place.
void clean(const Cleaning& cleaning, View<double, 2> data, const std::vector<index>& picks,
           const std::function<void(index)>& told = {});

}  // namespace ranvier::meeg
