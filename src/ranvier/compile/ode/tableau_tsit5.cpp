#include "ranvier/compile/ode/tableau.hpp"

namespace ranvier::compile {

namespace {

constexpr double c[] = {0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1};

// The first column is what makes a row's sum c.
constexpr double a32 = 0.3354806554923570;
constexpr double a42 = -6.359448489975075, a43 = 4.362295432869581;
constexpr double a52 = -11.74888356406283, a53 = 7.495539342889836, a54 = -0.09249506636175525;
constexpr double a62 = -12.92096931784711, a63 = 8.159367898576159, a64 = -0.07158497328140100,
                 a65 = -0.02826905039406838;

constexpr Coefficient a[] = {
    {1, 0, 0.161},
    {2, 0, 0.327 - a32},
    {2, 1, a32},
    {3, 0, 0.9 - (a42 + a43)},
    {3, 1, a42},
    {3, 2, a43},
    {4, 0, 0.9800255409045097 - (a52 + a53 + a54)},
    {4, 1, a52},
    {4, 2, a53},
    {4, 3, a54},
    {5, 0, 1 - (a62 + a63 + a64 + a65)},
    {5, 1, a62},
    {5, 2, a63},
    {5, 3, a64},
    {5, 4, a65},
    {6, 0, 0.09646076681806523},
    {6, 1, 0.01},
    {6, 2, 0.4798896504144996},
    {6, 3, 1.379008574103742},
    {6, 4, -3.290069515436081},
    {6, 5, 2.324710524099774},
};

// The paper prints the last one without its sign.
constexpr Coefficient error[] = {
    {0, 0, 0.00178001105222577714},
    {0, 1, 0.0008164344596567469},
    {0, 2, -0.007880878010261995},
    {0, 3, 0.1447110071732629},
    {0, 4, -0.5823571654525552},
    {0, 5, 0.45808210592918697},
    {0, 6, -1.0 / 66},
};

// The leading coefficients of the interpolant's weights b_i(θ), which is of degree 4 and meets x and f at both ends.
constexpr Coefficient dense[] = {
    {0, 0, -1.0530884977290216},
    {0, 1, 0.1017},
    {0, 2, 2.490627285651252793},
    {0, 3, -16.54810288924490272},
    {0, 4, 47.37952196281928122},
    {0, 5, -34.87065786149660974},
    {0, 6, 2.5},
};

}  // namespace

const ExplicitTableau& tsit5_tableau() {
    static constexpr ExplicitTableau tableau{
        "tsit5", 6, 0, 5, 4, c, a, error, dense, 1, 1, "Tsitouras 2011, doi:10.1016/j.camwa.2011.06.002"};
    return tableau;
}

}  // namespace ranvier::compile
