#include "ranvier/meeg/sparse/certificate.hpp"

#include "ranvier/base/text.hpp"

namespace ranvier::meeg {

std::string in_words(const Certificate& c) {
    const std::string numbers = "duality gap " + formatted("%.3g", c.gap) + (c.converged ? " <= " : " > ") +
                                formatted("%.3g", c.tolerance) + " after " + text_of(c.iterations) +
                                (c.iterations == 1 ? " iteration" : " iterations");
    return c.converged ? "converged: " + numbers
                       : "NOT converged: " + numbers +
                             "; the objective may be that far above the least one. Give a larger maxit or tol";
}

}  // namespace ranvier::meeg
