#include "ranvier/learn/som.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "tests/learn/samples.hpp"

namespace ranvier::learn {

namespace {

void set_map(SomOptions& o, const MapShape& map) {
    o.shape = {map.rows, map.columns};
    o.lattice = map.lattice;
    o.boundary = map.toroidal ? Boundary::toroidal : Boundary::planar;
}

Array<float, 2> single(const Array<double, 2>& X) {
    Array<float, 2> result(X.extents());
    for (index i = 0; i < X.size(); ++i) {
        result.data()[i] = static_cast<float>(X.data()[i]);
    }
    return result;
}

std::vector<MapShape> shapes() {
    return {{5, 7, Lattice::rectangular, false},
            {5, 7, Lattice::rectangular, true},
            {6, 5, Lattice::hexagonal, false},
            {6, 5, Lattice::hexagonal, true},
            {1, 4, Lattice::rectangular, false}};
}

}  // namespace

TEST(MapLattice, has_8_or_6_neighbours_inside_and_everywhere_on_a_torus) {
    for (const MapShape& s : shapes()) {
        for (index a = 0; a < s.units(); ++a) {
            index count = 0;
            for (index b = 0; b < s.units(); ++b) {
                EXPECT_EQ(squared_distance(s, a, b), squared_distance(s, b, a));
                count += adjacent(s, a, b);
            }
            const bool inside = s.rows > 1 && a / s.columns > 0 && a / s.columns < s.rows - 1 && a % s.columns > 0 &&
                                a % s.columns < s.columns - 1;
            if (s.toroidal || inside) {
                EXPECT_EQ(count, s.lattice == Lattice::hexagonal ? 6 : 8);
            }
        }
    }
}

TEST(MapLattice, hexagonal_neighbours_are_all_at_distance_1) {
    const MapShape s{6, 6, Lattice::hexagonal, true};
    for (index b = 0; b < 36; ++b) {
        if (adjacent(s, 8, b)) {
            EXPECT_NEAR(squared_distance(s, 8, b), 1, 1e-12);
        }
    }
}

TEST(BestUnits, are_those_of_a_plain_search) {
    for (index d : {1, 2, 3, 17, 64}) {
        for (index units : {1, 2, 9, 37, 130}) {
            const auto X = normal_samples(50, d, 1), W = normal_samples(units, d, 2);
            std::vector<std::int32_t> best, second;
            std::vector<double> distance;
            best_units<double>(X, W, best, &second, distance);
            const Array<double, 2> all = unit_distances<double>(X, W);
            for (index i = 0; i < 50; ++i) {
                index b = 0;
                for (index u = 1; u < units; ++u) {
                    b = all(i, u) < all(i, b) ? u : b;
                }
                EXPECT_EQ(best[i], b);
                EXPECT_NEAR(distance[i], all(i, b), 1e-12);
                if (units > 1) {
                    index s = b == 0 ? 1 : 0;
                    for (index u = 0; u < units; ++u) {
                        s = u != b && all(i, u) < all(i, s) ? u : s;
                    }
                    EXPECT_EQ(second[i], s);
                }
            }
        }
    }
}

TEST(BestUnits, of_equal_units_are_the_first_two) {
    Array<double, 2> W({40, 3}), X({3, 3});
    std::vector<std::int32_t> best, second;
    std::vector<double> distance;
    best_units<double>(X, W, best, &second, distance);
    EXPECT_EQ(best[2], 0);
    EXPECT_EQ(second[2], 1);
}

TEST(BestUnits, are_right_for_data_far_from_the_origin) {
    auto X = normal_samples(30, 4, 3), W = normal_samples(20, 4, 4);
    std::vector<std::int32_t> near, far;
    std::vector<double> distance;
    best_units<double>(X, W, near, nullptr, distance);
    for (Array<double, 2>* a : {&X, &W}) {
        for (index i = 0; i < a->size(); ++i) {
            a->data()[i] += 1e7;
        }
    }
    best_units<double>(X, W, far, nullptr, distance);
    EXPECT_EQ(near, far);
}

// The definition, unit by unit: w_u = Σ_i h(u, b_i) x_i / Σ_i h(u, b_i).
TEST(BatchMap, moves_its_units_to_the_weighted_means_of_the_definition) {
    for (const MapShape& shape : shapes()) {
        for (Neighbourhood kind : {Neighbourhood::gaussian, Neighbourhood::bubble}) {
            const auto X = normal_samples(80, 3, 5);
            SomOptions o;
            set_map(o, shape);
            o.neighborhood = kind;
            o.max_iter = 1;
            o.sigma_end = 1.3;  // the width of an only epoch
            const Array<double, 2> start = start_weights<double>(X, o);
            const Som<double> som = fit_som<double>(X, o, &start);
            std::vector<std::int32_t> best;
            std::vector<double> distance;
            best_units<double>(X, start, best, nullptr, distance);
            for (index u = 0; u < shape.units(); ++u) {
                double total = 0, sum[3] = {0, 0, 0};
                for (index i = 0; i < 80; ++i) {
                    const double h = neighbourhood(kind, squared_distance(shape, u, best[i]), 1.3);
                    total += h;
                    for (index k = 0; k < 3; ++k) {
                        sum[k] += h * X(i, k);
                    }
                }
                for (index k = 0; k < 3; ++k) {
                    EXPECT_NEAR(som.weights(u, k), total > 0 ? sum[k] / total : start(u, k), 1e-12);
                }
            }
        }
    }
}

TEST(OnlineMap, makes_the_steps_of_the_definition) {
    for (const MapShape& shape : shapes()) {
        for (Neighbourhood kind : {Neighbourhood::gaussian, Neighbourhood::bubble, Neighbourhood::mexican_hat}) {
            const auto X = normal_samples(1, 4, 6);  // one sample: its order is no question
            SomOptions o;
            set_map(o, shape);
            o.neighborhood = kind;
            o.training = MapTraining::online;
            o.max_iter = 2;
            o.sigma = 2;
            o.init = MapStart::random;
            Array<double, 2> w = normal_samples(shape.units(), 4, 7);
            const Som<double> som = fit_som<double>(X, o, &w);
            for (int t = 0; t < 2; ++t) {
                const Array<double, 2> distances = unit_distances<double>(X, w);
                index best = 0;
                for (index u = 1; u < shape.units(); ++u) {
                    best = distances(0, u) < distances(0, best) ? u : best;
                }
                const double sigma = 2 + (1 - 2) * 0.5 * t, rate = 0.5 + (0.01 - 0.5) * 0.5 * t;
                for (index u = 0; u < shape.units(); ++u) {
                    const double h = neighbourhood(kind, squared_distance(shape, u, best), sigma);
                    for (index k = 0; k < 4; ++k) {
                        w(u, k) += rate * h * (X(0, k) - w(u, k));
                    }
                }
            }
            for (index u = 0; u < shape.units(); ++u) {
                for (index k = 0; k < 4; ++k) {
                    EXPECT_NEAR(som.weights(u, k), w(u, k), 1e-12);
                }
            }
        }
    }
}

TEST(OnlineMap, takes_samples_as_they_come_where_they_are_not_shuffled) {
    const auto X = normal_samples(6, 3, 8);
    SomOptions o;
    o.shape = {3, 2};
    o.training = MapTraining::online;
    o.max_iter = 2;
    o.shuffle = false;
    o.sigma = 1.5;
    Array<double, 2> w = normal_samples(6, 3, 9);
    const Som<double> som = fit_som<double>(X, o, &w);
    for (index t = 0; t < 12; ++t) {
        const Array<double, 2> distances = unit_distances<double>(X, w);
        index best = 0;
        for (index u = 1; u < 6; ++u) {
            best = distances(t % 6, u) < distances(t % 6, best) ? u : best;
        }
        const double part = static_cast<double>(t) / 12, sigma = 1.5 - 0.5 * part, rate = 0.5 - 0.49 * part;
        for (index u = 0; u < 6; ++u) {
            const double h = neighbourhood(o.neighborhood, squared_distance(o.map(), u, best), sigma);
            for (index k = 0; k < 3; ++k) {
                w(u, k) += rate * h * (X(t % 6, k) - w(u, k));
            }
        }
    }
    for (index i = 0; i < w.size(); ++i) {
        EXPECT_NEAR(som.weights.data()[i], w.data()[i], 1e-12);
    }
    o.shuffle = true;
    EXPECT_NE(fit_som<double>(X, o).weights(0, 0), som.weights(0, 0));
}

TEST(Map, unfolds_over_a_square) {
    Array<double, 2> X({2000, 2});
    RandomStream random(3);
    for (index i = 0; i < X.size(); ++i) {
        X.data()[i] = random.uniform();
    }
    for (bool batch : {true, false}) {
        SomOptions o;
        o.training = batch ? MapTraining::batch : MapTraining::online;
        o.max_iter = 20;
        const Som<double> som = fit_som<double>(X, o);
        // 100 cells of side 0.1: the mean distance to the middle of a square is 0.3826 of its side, 0.038. Units near
        // the border are drawn inwards, so somewhat more.
        EXPECT_LT(quantisation_error<double>(X, som.weights), 0.06);
        EXPECT_LT(topographic_error<double>(X, som.weights, o.map()), 0.1);
        const Array<double, 2> u = u_matrix<double>(som.weights, o.map());
        for (index i = 0; i < u.size(); ++i) {
            EXPECT_GT(u.data()[i], 0.03);
            EXPECT_LT(u.data()[i], 0.2);
        }
    }
}

TEST(Map, gives_the_same_bits_on_any_number_of_threads) {
    const auto X = normal_samples(700, 5, 8);
    const auto X32 = single(X);
    for (bool batch : {true, false}) {
        SomOptions o;
        o.training = batch ? MapTraining::batch : MapTraining::online;
        o.max_iter = 3;
        Array<double, 2> first;
        Array<float, 2> first32;
        for (int n : {1, 2, 8}) {
            const ThreadLimit limit(n);
            const auto som = fit_som<double>(X, o);
            const auto som32 = fit_som<float>(X32, o);
            if (n == 1) {
                first = som.weights;
                first32 = som32.weights;
            }
            EXPECT_TRUE(std::equal(first.data(), first.data() + first.size(), som.weights.data()));
            EXPECT_TRUE(std::equal(first32.data(), first32.data() + first32.size(), som32.weights.data()));
        }
    }
}

TEST(Map, refuses_what_has_no_meaning) {
    const auto X = normal_samples(10, 2, 1);
    SomOptions o;
    o.neighborhood = Neighbourhood::mexican_hat;
    EXPECT_THROW(fit_som<double>(X, o), InvalidInput);
    o = {};
    set_map(o, {5, 4, Lattice::hexagonal, true});
    EXPECT_THROW(fit_som<double>(X, o), InvalidInput);
    o = {};
    o.sigma_end = 0;
    EXPECT_THROW(fit_som<double>(X, o), InvalidInput);
}

}  // namespace ranvier::learn
