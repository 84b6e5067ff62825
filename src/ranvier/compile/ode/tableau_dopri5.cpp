#include "ranvier/compile/ode/tableau.hpp"

namespace ranvier::compile {

namespace {

constexpr double c[] = {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};

constexpr Coefficient a[] = {
    {1, 0, 1.0 / 5},        {2, 0, 3.0 / 40},     {2, 1, 9.0 / 40},        {3, 0, 44.0 / 45},
    {3, 1, -56.0 / 15},     {3, 2, 32.0 / 9},     {4, 0, 19372.0 / 6561},  {4, 1, -25360.0 / 2187},
    {4, 2, 64448.0 / 6561}, {4, 3, -212.0 / 729}, {5, 0, 9017.0 / 3168},   {5, 1, -355.0 / 33},
    {5, 2, 46732.0 / 5247}, {5, 3, 49.0 / 176},   {5, 4, -5103.0 / 18656}, {6, 0, 35.0 / 384},
    {6, 2, 500.0 / 1113},   {6, 3, 125.0 / 192},  {6, 4, -2187.0 / 6784},  {6, 5, 11.0 / 84},
};

constexpr Coefficient error[] = {
    {0, 0, -71.0 / 57600},    {0, 2, 71.0 / 16695}, {0, 3, -71.0 / 1920},
    {0, 4, 17253.0 / 339200}, {0, 5, -22.0 / 525},  {0, 6, 1.0 / 40},
};

constexpr Coefficient dense[] = {
    {0, 0, -12715105075.0 / 11282082432},  {0, 2, 87487479700.0 / 32700410799}, {0, 3, -10690763975.0 / 1880347072},
    {0, 4, 701980252875.0 / 199316789632}, {0, 5, -1453857185.0 / 822651844},   {0, 6, 69997945.0 / 29380423},
};

}  // namespace

const ExplicitTableau& dopri5_tableau() {
    static constexpr ExplicitTableau tableau{
        "dopri5",
        6,
        0,
        5,
        4,
        c,
        a,
        error,
        dense,
        1,
        1,
        "Dormand & Prince 1980, doi:10.1016/0771-050X(80)90013-3; dense output: Hairer, Nørsett & Wanner 1993, II.6"};
    return tableau;
}

}  // namespace ranvier::compile
