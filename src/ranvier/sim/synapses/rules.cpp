#include "ranvier/sim/synapses/rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::sim {

namespace {

constexpr double most_synapses = std::numeric_limits<std::int32_t>::max();

/// Pairs that may be joined, numbered by source, then target.
class Eligible {
public:
    Eligible(const Ends& ends, bool autapses) : targets_(ends.targets), sources_(ends.sources) {
        if (ends.own && !autapses) {
            own_ = *ends.own;
            first_ = std::clamp<std::int64_t>(-own_, 0, sources_);
            last_ = std::clamp<std::int64_t>(targets_ - own_, first_, sources_);
        }
    }
    std::int64_t count() const { return sources_ * targets_ - (last_ - first_); }
    /// source * targets + target
    std::int64_t pair(std::int64_t k) const {
        const std::int64_t before = first_ * targets_, inside = (last_ - first_) * (targets_ - 1);
        if (k < before) {
            return k;
        }
        if (k - before >= inside) {
            return k + (last_ - first_);
        }
        const std::int64_t i = first_ + (k - before) / (targets_ - 1), j = (k - before) % (targets_ - 1);
        return i * targets_ + j + (j >= i + own_ ? 1 : 0);
    }

private:
    std::int64_t targets_, sources_, own_ = 0, first_ = 0, last_ = 0;  // sources with an autapse: first to before last
};

/// `count` of 0 … n − 1 in order, with repetition or without. Without, they are the first that a sequence with
/// repetition has; of more than half, those that are left out are drawn.
std::vector<std::int64_t> drawn(std::int64_t count, std::int64_t n, bool repeats, RandomStream& random) {
    std::vector<std::int64_t> found;
    if (!repeats && count > n / 2) {
        const auto out = drawn(n - count, n, false, random);
        found.reserve(static_cast<std::size_t>(count));
        auto next = out.begin();
        for (std::int64_t k = 0; k < n; ++k) {
            if (next != out.end() && *next == k) {
                ++next;
            } else {
                found.push_back(k);
            }
        }
        return found;
    }
    while (std::ssize(found) < count) {
        const auto before = std::ssize(found);
        for (auto k = before; k < count; ++k) {
            found.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(n))));
        }
        std::sort(found.begin() + before, found.end());
        std::inplace_merge(found.begin(), found.begin() + before, found.end());
        if (!repeats) {
            found.erase(std::unique(found.begin(), found.end()), found.end());
        }
    }
    return found;
}

/// What a rule has to go on, and what it makes.
struct Work {
    const ConnectionRule& rule;
    const Ends& ends;
    RandomStream& random;
    std::vector<std::int64_t> pairs{};  ///< source * targets + target, in order

    double number(std::string_view name) const { return rule.numbers.find(name)->second; }
    /// @throws InvalidInput  it is no whole number >= 0
    std::int64_t whole(std::string_view name) const {
        const double value = number(name);
        require(value >= 0 && value <= most_synapses && value == std::floor(value), name,
                " must be a whole number >= 0; got ", value);
        return static_cast<std::int64_t>(value);
    }
    double probability() const {
        const double p = number("p");
        require(p >= 0 && p <= 1, "p must be a probability, from 0 to 1; got ", p);
        return p;
    }
    void join(std::int64_t i, std::int64_t j) { pairs.push_back(i * ends.targets + j); }
    bool allowed(std::int64_t i, std::int64_t j) const {
        return rule.allow_autapses || !ends.own || i + *ends.own != j;
    }
};

void one_to_one(Work& work) {
    require(work.ends.sources == work.ends.targets, "one_to_one wants as many sources as targets; got ",
            work.ends.sources, " and ", work.ends.targets);
    for (std::int64_t k = 0; k < work.ends.sources; ++k) {
        if (work.allowed(k, k)) {
            work.join(k, k);
        }
    }
}

void all_to_all(Work& work) {
    const Eligible eligible(work.ends, work.rule.allow_autapses);
    require(static_cast<double>(eligible.count()) < most_synapses, "all_to_all would make more than 2^31 synapses");
    for (std::int64_t k = 0; k < eligible.count(); ++k) {
        work.pairs.push_back(eligible.pair(k));
    }
}

/// Calls find(k, random, pairs) for each of `count` elements, each with random numbers of its own, and puts the pairs
/// behind one another.
template <class F>
void each(Work& work, std::int64_t count, F find) {
    constexpr std::int64_t piece = 64;
    const std::uint64_t seed = work.random.bits();
    std::vector<std::vector<std::int64_t>> found(static_cast<std::size_t>((count + piece - 1) / piece));
    parallel_for(std::ssize(found), [&](index p) {
        for (std::int64_t k = p * piece; k < std::min(count, (p + 1) * piece); ++k) {
            check_interrupt();
            RandomStream random(seed, 0, static_cast<std::uint32_t>(k));
            find(k, random, found[static_cast<std::size_t>(p)]);
        }
    });
    for (auto& pairs : found) {
        work.pairs.insert(work.pairs.end(), pairs.begin(), pairs.end());
        require(static_cast<double>(work.pairs.size()) < most_synapses, "the rule ", work.rule.name,
                " would make more than 2^31 synapses");
        pairs = {};
    }
}

/// For each of `here` elements so many of `there`; element k itself is k + shift there.
template <class F>
void fixed_degree(Work& work, const char* name, std::int64_t here, std::int64_t there, std::int64_t shift, F pair) {
    const std::int64_t degree = work.whole(name);
    require(static_cast<double>(degree) * static_cast<double>(here) < most_synapses, "an ", name, " of ", degree,
            " would make more than 2^31 synapses");
    const bool repeats = work.rule.allow_multapses;
    each(work, here, [&](std::int64_t k, RandomStream& random, std::vector<std::int64_t>& pairs) {
        const std::int64_t self = k + shift;
        const bool spared = work.ends.own && !work.rule.allow_autapses && self >= 0 && self < there;
        const std::int64_t n = there - (spared ? 1 : 0);
        require(degree <= n || (repeats && n > 0), [&] {
            return std::string(name) + " must be <= " + text_of(n) +
                   ", as many neurons as there are to choose from; got " + text_of(degree) +
                   (n > 0 ? ": allow_multapses=True lets a pair have several synapses" : "");
        });
        for (const std::int64_t other : drawn(degree, n, repeats, random)) {
            pairs.push_back(pair(k, other + (spared && other >= self ? 1 : 0)));
        }
    });
}

void fixed_indegree(Work& work) {
    const std::int64_t targets = work.ends.targets;
    fixed_degree(work, "indegree", targets, work.ends.sources, -work.ends.own.value_or(0),
                 [&](std::int64_t target, std::int64_t source) { return source * targets + target; });
    std::vector<std::size_t> next(static_cast<std::size_t>(work.ends.sources) + 1);  // where a source's next pair goes
    for (const std::int64_t pair : work.pairs) {
        ++next[static_cast<std::size_t>(pair / targets) + 1];
    }
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::vector<std::int64_t> sorted(work.pairs.size());
    for (const std::int64_t pair : work.pairs) {
        sorted[next[static_cast<std::size_t>(pair / targets)]++] = pair;
    }
    work.pairs = std::move(sorted);
}

void fixed_outdegree(Work& work) {
    const std::int64_t targets = work.ends.targets;
    fixed_degree(work, "outdegree", work.ends.sources, targets, work.ends.own.value_or(0),
                 [&](std::int64_t source, std::int64_t target) { return source * targets + target; });
}

void fixed_total_number(Work& work) {
    const Eligible eligible(work.ends, work.rule.allow_autapses);
    const std::int64_t count = work.whole("N"), n = eligible.count();
    require(count <= n || (n > 0 && work.rule.allow_multapses), "N must be <= ", n,
            ", as many pairs as there are; got ", count);
    for (const std::int64_t k : drawn(count, n, work.rule.allow_multapses, work.random)) {
        work.pairs.push_back(eligible.pair(k));
    }
}

void pairwise_bernoulli(Work& work) {
    const Eligible eligible(work.ends, work.rule.allow_autapses);
    const double p = work.probability(), n = static_cast<double>(eligible.count());
    if (p == 0) {
        return;
    }
    const double scale = p < 1 ? 1 / std::log1p(-p) : 0;  // the gaps are geometric
    for (double at = -1;;) {
        at += 1 + (p < 1 ? std::floor(std::log(work.random.uniform()) * scale) : 0);
        if (at >= n) {
            return;
        }
        work.pairs.push_back(eligible.pair(static_cast<std::int64_t>(at)));
    }
}

/// How a probability falls with the distance, in widths.
struct Kernel {
    std::string_view name;
    double (*fall)(double x);
};
constexpr std::array<Kernel, 4> kernels{{
    {"constant", [](double) { return 1.0; }},
    {"gaussian", [](double x) { return std::exp(-0.5 * x * x); }},
    {"exponential", [](double x) { return std::exp(-x); }},
    {"linear", [](double x) { return std::max(0.0, 1 - x); }},
}};

void distance(Work& work) {
    const Places& places = work.rule.places;
    const auto kernel = std::ranges::find(kernels, work.rule.kernel, &Kernel::name);
    require(kernel != kernels.end(),
            [&] { return "kernel must be " + joined(names_of(kernels)) + "; got '" + work.rule.kernel + "'"; });
    const std::size_t d = places.dimensions;
    require(d > 0 && places.sources.size() == d * static_cast<std::size_t>(work.ends.sources) &&
                places.targets.size() == d * static_cast<std::size_t>(work.ends.targets),
            "positions are a row of coordinates for each source and each target");
    for (const auto& coordinates : {places.sources, places.targets}) {
        require(std::ranges::all_of(coordinates, [](double x) { return std::isfinite(x); }),
                "positions must be finite");
    }
    require(places.extent.empty() || places.extent.size() == d, "extent has one length for each of the ", d,
            " dimensions; got ", places.extent.size());
    for (const double length : places.extent) {
        require(length > 0 && std::isfinite(length), "extent must be > 0; got ", length);
    }
    const double p = work.probability(), width = work.number("width"), radius = work.number("radius");
    require(width > 0, "width must be > 0; got ", width);
    require(radius >= 0, "radius must be >= 0; got ", radius);
    each(work, work.ends.sources, [&](std::int64_t i, RandomStream& random, std::vector<std::int64_t>& pairs) {
        const double* from = &places.sources[static_cast<std::size_t>(i) * d];
        for (std::int64_t j = 0; j < work.ends.targets; ++j) {
            if (!work.allowed(i, j)) {
                continue;
            }
            const double* to = &places.targets[static_cast<std::size_t>(j) * d];
            double square = 0;
            for (std::size_t k = 0; k < d; ++k) {
                double x = to[k] - from[k];
                if (!places.extent.empty()) {  // the nearest of the images
                    x -= places.extent[k] * std::round(x / places.extent[k]);
                }
                square += x * x;
            }
            const double apart = std::sqrt(square);
            if (apart <= radius) {
                const double chance = p * kernel->fall(apart / width);
                if (chance > 0 && random.uniform() < chance) {
                    pairs.push_back(i * work.ends.targets + j);
                }
            }
        }
    });
}

struct Row {
    std::string_view name;
    std::vector<std::string_view> numbers;  ///< all must be given
    void (*make)(Work&);
};

const std::vector<Row>& table() {
    static const std::vector<Row> rows{
        {"one_to_one", {}, one_to_one},
        {"all_to_all", {}, all_to_all},
        {"fixed_indegree", {"indegree"}, fixed_indegree},
        {"fixed_outdegree", {"outdegree"}, fixed_outdegree},
        {"fixed_total_number", {"N"}, fixed_total_number},
        {"pairwise_bernoulli", {"p"}, pairwise_bernoulli},
        {"distance", {"p", "width", "radius"}, distance},
    };
    return rows;
}

}  // namespace

std::vector<std::string> connection_rules() { return names_of(table()); }

ConnectedPairs connected_pairs(const ConnectionRule& rule, const Ends& ends, RandomStream& random) {
    const auto row = std::ranges::find(table(), std::string_view(rule.name), &Row::name);
    require(row != table().end(),
            [&] { return "rule must be " + joined(connection_rules()) + "; got '" + rule.name + "'"; });
    for (const auto& [name, value] : rule.numbers) {
        require(std::ranges::find(row->numbers, name) != row->numbers.end(), "the rule ", rule.name, " takes no ", name,
                "; got ", value);
    }
    for (const std::string_view name : row->numbers) {
        require(rule.numbers.contains(name), "the rule ", rule.name, " wants ", name, "=");
    }
    Work work{rule, ends, random};
    row->make(work);
    ConnectedPairs found;
    found.i.reserve(work.pairs.size());
    found.j.reserve(work.pairs.size());
    for (const std::int64_t pair : work.pairs) {
        found.i.push_back(static_cast<std::int32_t>(pair / ends.targets));
        found.j.push_back(static_cast<std::int32_t>(pair % ends.targets));
    }
    return found;
}

}  // namespace ranvier::sim
