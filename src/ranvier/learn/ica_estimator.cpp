#include <algorithm>
#include <cmath>

#include "ranvier/learn/estimator.hpp"
#include "ranvier/learn/ica.hpp"
#include "ranvier/learn/linear.hpp"

namespace ranvier::learn {

namespace {

template <class O>
Fields ica_fields(std::string of, Field own, std::string tol) {
    return {std::move(of),
            {field("n_components", &O::n_components, "None: as many as the samples have dimensions").at_least(1),
             std::move(own), field("max_iter", &O::max_iter, "most passes").at_least(1),
             field("tol", &O::tol, std::move(tol)).at_least(0),
             field("random_state", &O::random_state, "seed, from which the numbers come that NumPy would draw")
                 .at_least(0)}};
}

Fields likelihood_fields(std::string of, std::string tol) {
    return ica_fields<PicardOptions>(
        std::move(of), field("extended", &PicardOptions::extended, "sub-Gaussian sources too"), std::move(tol));
}

}  // namespace

Fields FastIcaOptions::fields() {
    using O = FastIcaOptions;
    Fields fields =
        ica_fields<O>("FastICA",
                      field("fun", &O::fun, "contrast",
                            {{"logcosh", Contrast::logcosh}, {"exp", Contrast::exp}, {"cube", Contrast::cube}}),
                      "largest turn of a direction, 1 − |cosine|, at the end");
    fields.list.push_back(field("algorithm", &O::algorithm, "all directions at once, or one after the other",
                                {{"parallel", Search::parallel}, {"deflation", Search::deflation}}));
    fields.list.push_back(field("whiten", &O::whiten,
                                "sources of variance 1, or of length 1; 'no' (False): the samples are white already",
                                {{"unit-variance", Whiten::unit_variance},
                                 {"arbitrary-variance", Whiten::arbitrary_variance},
                                 {"no", Whiten::no}})
                              .also(false, "no"));
    fields.list.push_back(field("fun_args", &O::fun_args, "of 'logcosh': {'alpha': a}, tanh(a u) for a from 1 to 2"));
    fields.list.push_back(field("w_init", &O::w_init, "matrix to begin with; None: of random numbers"));
    return fields;
}
Fields InfomaxOptions::fields() {
    return likelihood_fields("Infomax", "squared change of the weights in a pass at the end");
}
Fields InfomaxRule::fields() {
    using O = InfomaxRule;
    return {
        "infomax",
        {field("l_rate", &O::l_rate, "learning rate to begin with; none: 0.01 / log(components²)").above(0),
         field("block", &O::block, "samples from which a step is learnt; none: √(samples / 3)").at_least(1),
         field("w_change", &O::w_change, "squared change of the weights in a pass at the end").at_least(0),
         field("anneal_deg", &O::anneal_deg, "turn of the weights above which the rate falls").in("°").at_least(0),
         field("anneal_step", &O::anneal_step, "what the rate is multiplied with then").above(0),
         field("extended", &O::extended, "sub-Gaussian sources too"),
         field("n_subgauss", &O::n_subgauss, "how many sources count as sub-Gaussian to begin with").at_least(0),
         field("kurt_size", &O::kurt_size, "samples from which kurtosis is estimated").at_least(1),
         field("ext_blocks", &O::ext_blocks, "blocks between such estimates; 0: never").at_least(0),
         field("max_iter", &O::max_iter, "most passes").at_least(0),
         field("blowup", &O::blowup, "squared change of the weights above which the rate falls").above(0),
         field("blowup_fac", &O::blowup_fac, "what the rate is multiplied with then").above(0),
         field("n_small_angle", &O::n_small_angle, "passes without a large turn behind which it ends; none: any number")
             .at_least(0),
         field("use_bias", &O::use_bias, "whether a bias is learnt")}};
}
Fields PicardOptions::fields() {
    return likelihood_fields("Picard", "largest entry of the relative gradient at the end");
}

namespace {

template <class O, auto unmix>
State fit(const O& o, const Given& given, const State*, Value::Map& report) {
    const Doubles X(given.X);
    require(X.extent(0) >= 2, "independent components need at least two samples");
    bool whiten = true;
    if constexpr (std::is_same_v<O, FastIcaOptions>) {
        whiten = o.whiten != Whiten::no;
    }
    const index asked = component_count(o.n_components, whiten ? std::min(X.extent(0) - 1, X.extent(1)) : X.extent(1));
    require(whiten || asked == X.extent(1), "n_components must be None where whiten is False: all features are taken");
    White white = whiten ? whitened(X, o.n_components) : taken_as_white(X);
    Unmixing u = unmix(white, o);
    Array<double, 2> components, mixing;
    combine(white, u, components, mixing);
    if constexpr (std::is_same_v<O,
                                 FastIcaOptions>) {  // white samples have variance 1 with divisor n − 1; sources with n
        const double n = static_cast<double>(X.extent(0));
        const double factor = o.whiten == Whiten::unit_variance        ? std::sqrt(n / (n - 1))
                              : o.whiten == Whiten::arbitrary_variance ? 1 / std::sqrt(n - 1)
                                                                       : 1;
        for (Array<double, 2>* forward : {&components, &u.W}) {
            std::transform(forward->data(), forward->data() + forward->size(), forward->data(),
                           [&](double v) { return v * factor; });
        }
        std::transform(mixing.data(), mixing.data() + mixing.size(), mixing.data(),
                       [&](double v) { return v / factor; });
    }
    report = {{"components", std::int64_t{white.Z.extent(0)}},
              {"iterations", std::int64_t{u.iterations}},
              {"converged", u.converged}};
    State state = linear_state(white.mean, std::move(components), mixing);
    state["n_iter_"] = std::max<index>(1, u.iterations);
    state["converged_"] = u.converged;
    state["whitening_"] = std::move(white.whitening);
    state["unmixing_"] = std::move(u.W);
    return state;
}

template <class O, auto unmix>
Estimator row_of(std::string word, std::string about) {
    return estimator<O>(std::move(word), std::move(about), Target::none,
                        linear_entries({{"n_iter_"}, {"converged_", Entry::yes_no}, {"whitening_"}, {"unmixing_"}}),
                        {fit<O, unmix>, nullptr, linear_transform<O>, nullptr, check_linear});
}

}  // namespace

Estimator fast_ica_estimator() {
    return row_of<FastIcaOptions, [](const White& w, const auto& o) { return fast_ica(w, o); }>(
        "fastica", "independent components by the fixed-point rule");
}
Estimator infomax_estimator() {
    return row_of<InfomaxOptions, [](const White& w, const auto& o) { return infomax(w, o); }>(
        "infomax", "independent components by natural gradient (extended)");
}
Estimator picard_estimator() {
    return row_of<PicardOptions, [](const White& w, const auto& o) { return picard(w, o); }>(
        "picard", "independent components by preconditioned L-BFGS");
}

}  // namespace ranvier::learn
