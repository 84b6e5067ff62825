#include "ranvier/meeg/anatomy/bem.hpp"

namespace ranvier::meeg {

BemMultipliers multipliers(const BemModel& model) {
    const index n = std::ssize(model.surfaces);
    BemMultipliers made{{}, {}, Array<double, 2>({n, n})};
    std::vector<double> sums;
    double outside = 0;
    for (const Surface& surface : model.surfaces) {
        made.source.push_back(2 / (surface.sigma + outside));
        made.field.push_back(surface.sigma - outside);
        sums.push_back(surface.sigma + outside);
        outside = surface.sigma;
    }
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            made.gamma(i, j) = made.field[static_cast<std::size_t>(j)] / sums[static_cast<std::size_t>(i)];
        }
    }
    return made;
}

}  // namespace ranvier::meeg
