#include "ranvier/meeg/forward/synthesis.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {
namespace {

// Objects of the random streams: what is drawn for what.
enum Object : std::uint32_t { order_of_tasks = 1, rhythm = 2, background = 3, blink = 4, sensor = 5, line = 6 };

constexpr double rest_length = 4.2, task_length = 4.1;                                                  // [s]
constexpr double mu_frequency = 11, beta_frequency = 21.5, alpha_frequency = 9.5, line_frequency = 60;  // [Hz]
constexpr double desynchronisation = 0.7;
constexpr double onset_delay = 0.3, ramp = 0.25;  // [s]
constexpr int n_background = 48;                  // dipoles

// Root mean square at the electrode that sees a source best. [V]
constexpr double motor_size = 8e-6, occipital_size = 12e-6, background_size = 9e-6;
constexpr double beta_share = 0.4;                                            // of the motor rhythms' amplitude
constexpr double blink_peak = 120e-6, sensor_noise = 1e-6, line_size = 2e-6;  // [V]

const std::vector<std::string> channel_names_of_eegmmidb{
    "FC5", "FC3", "FC1", "FCz", "FC2", "FC4", "FC6", "C5",  "C3",  "C1",  "Cz",  "C2",  "C4",  "C6",  "CP5", "CP3",
    "CP1", "CPz", "CP2", "CP4", "CP6", "Fp1", "Fpz", "Fp2", "AF7", "AF3", "AFz", "AF4", "AF8", "F7",  "F5",  "F3",
    "F1",  "Fz",  "F2",  "F4",  "F6",  "F8",  "FT7", "FT8", "T7",  "T8",  "T9",  "T10", "TP7", "TP8", "P7",  "P5",
    "P3",  "P1",  "Pz",  "P2",  "P4",  "P6",  "P8",  "PO7", "PO3", "POz", "PO4", "PO8", "O1",  "Oz",  "O2",  "Iz"};

struct Task {
    double onset;                                                            // [s]
    int code;                                                                ///< 0 rest, 1 hands, 2 feet
    double length() const { return code == 0 ? rest_length : task_length; }  // [s]
};

std::vector<Task> schedule(std::uint64_t seed, double duration) {
    RandomStream random(seed, order_of_tasks);
    std::vector<Task> tasks;
    int next = 0;
    double t = 0;
    for (int k = 0;; ++k) {
        Task task{t, 0};
        if (k % 2 == 1) {
            next = k % 4 == 1 ? 1 + static_cast<int>(random.below(2)) : 3 - next;
            task.code = next;
        }
        if (t + task.length() > duration) {
            return tasks;
        }
        tasks.push_back(task);
        t += task.length();
    }
}

/// How far a task holds an area's rhythm down, 0 … 1: cosine ramps after its onset and its end.
double hold(const std::vector<Task>& tasks, int code, double t) {
    const auto step = [](double x) {
        const double s = std::clamp(x / ramp, 0.0, 1.0);
        return 0.5 - 0.5 * std::cos(std::numbers::pi * s);
    };
    for (const Task& task : tasks) {
        const double since = t - task.onset - onset_delay;
        if (task.code == code && since > 0 && since < task.length() + ramp) {
            return step(since) * (1 - step(since - task.length()));
        }
    }
    return 0;
}

/// A narrow-band rhythm of unit root mean square: a cosine whose phase wanders and whose amplitude waxes and wanes.
void add_rhythm(std::span<double> x, double size, double frequency, double sfreq, RandomStream random) {
    const double dt = 1 / sfreq;
    const double wander = std::sqrt(2 * std::numbers::pi * 0.8 * dt);             // line width 0.8 Hz
    const double keep = std::exp(-dt / 1.0), fresh = std::sqrt(1 - keep * keep);  // amplitude remembers 1 s
    double phase = 2 * std::numbers::pi * random.uniform(), slow = random.normal();
    for (double& v : x) {
        // E[(1 + s/3)²] = 10/9 for s of unit variance, and the cosine halves the power.
        v += size * (1 + slow / 3) * std::sqrt(1.8) * std::cos(phase);
        phase += 2 * std::numbers::pi * frequency * dt + wander * random.normal();
        slow = keep * slow + fresh * random.normal();
    }
}

/// Pink noise of unit root mean square: relaxations whose times are spread evenly over four decades.
void add_pink(std::span<double> x, double size, double sfreq, RandomStream random) {
    constexpr int n = 9;
    double state[n], keep[n], fresh[n];
    for (int k = 0; k < n; ++k) {
        const double tau = 2 / sfreq * std::pow(10.0, 0.5 * k);  // [s]
        keep[k] = std::exp(-1 / (tau * sfreq));
        fresh[k] = std::sqrt(1 - keep[k] * keep[k]);
        state[k] = random.normal();
    }
    for (double& v : x) {
        double sum = 0;
        for (int k = 0; k < n; ++k) {
            state[k] = keep[k] * state[k] + fresh[k] * random.normal();
            sum += state[k];
        }
        v += size * sum / std::sqrt(static_cast<double>(n));
    }
}

std::vector<double> blink_times(std::uint64_t seed, double duration) {
    RandomStream random(seed, blink);
    std::vector<double> times;
    for (double t = 1 + 4 * random.exponential(); t < duration - 0.5; t += 1 + 5 * random.exponential()) {
        times.push_back(t);
    }
    return times;
}

/// A bell of 0.35 s.
void add_blinks(std::span<double> x, const std::vector<double>& times, double sfreq) {
    constexpr double half = 0.175;  // [s]
    for (const double t : times) {
        const index first = std::max<index>(static_cast<index>((t - half) * sfreq), 0);
        const index last = std::min<index>(static_cast<index>((t + half) * sfreq) + 1, std::ssize(x));
        for (index k = first; k < last; ++k) {
            const double u = (static_cast<double>(k) / sfreq - t) / half;
            if (std::abs(u) < 1) {
                const double c = std::cos(std::numbers::pi / 2 * u);
                x[static_cast<std::size_t>(k)] += c * c;
            }
        }
    }
}

Point unit(const Point& p) {
    const double n = norm(p);
    return {p[0] / n, p[1] / n, p[2] / n};
}

/// A dipole at `depth` innermost radii from the centre in a direction, pointing along `moment` (length 1 A m).
Dipole placed(const SphereModel& head, const Point& direction, double depth, const Point& moment) {
    Dipole d{head.centre, moment};
    for (std::size_t k = 0; k < 3; ++k) {
        d.position[k] += depth * head.radii.front() * direction[k];
    }
    return d;
}

}  // namespace

SyntheticRecording synthetic_motor_imagery(std::uint64_t seed, double duration, double sfreq) {
    require(duration >= 20 && std::isfinite(duration),
            [&] { return "duration must be at least 20 s; got " + text_of(duration); });
    require(sfreq > 2 * line_frequency && std::isfinite(sfreq),
            [&] { return "sfreq must be above 120 Hz, as the line noise is at 60 Hz; got " + text_of(sfreq); });
    const index n = static_cast<index>(std::nearbyint(duration * sfreq));

    Info info = create_info(channel_names_of_eegmmidb, sfreq, ChannelType::eeg);
    set_montage(info, make_standard_montage("standard_1005"));
    info.line_freq = line_frequency;
    info.description = "synthesised by Ranvier: dipoles in a conducting sphere, seed " + text_of(seed);

    SyntheticRecording out;
    SynthesisTruth& truth = out.truth;
    const HeadSphere fitted = head_sphere(info);
    truth.head.centre = fitted.centre;
    const double scale = fitted.radius / truth.head.radii.back();
    for (double& r : truth.head.radii) {
        r *= scale;
    }
    const auto towards = [&](const char* channel) {
        const Point p = info.channels[static_cast<std::size_t>(channel_index(info, channel))].position();
        return unit(minus(p, fitted.centre));
    };

    // Sources: rhythms, blinks, then the background at random places of the cortex's depth.
    std::vector<Dipole> dipoles;
    const auto radial = [&](const char* channel, double depth) {
        dipoles.push_back(placed(truth.head, towards(channel), depth, towards(channel)));
    };
    radial("C3", 0.85);
    radial("C4", 0.85);
    radial("Cz", 0.80);
    radial("Oz", 0.85);
    const Point front = towards("Fpz");
    dipoles.push_back(placed(truth.head, unit({front[0], front[1], front[2] - 0.5}), 0.9, unit({0, 0.6, 0.8})));
    truth.names = {"left hand area", "right hand area", "foot area", "occipital cortex", "eyes"};
    const std::size_t n_named = dipoles.size();
    for (std::uint32_t k = 0; k < n_background; ++k) {
        RandomStream random(seed, background, 2 * k);
        Point direction;
        do {
            direction = unit({random.normal(), random.normal(), random.normal()});
        } while (direction[2] < -0.5);  // nothing below the cortex
        const Point moment = unit({random.normal(), random.normal(), random.normal()});
        dipoles.push_back(placed(truth.head, direction, 0.6 + 0.3 * random.uniform(), moment));
    }

    Array<double, 2> gain = sphere_forward(truth.head, dipoles, info);  // [V / (A m)], of unit moments
    std::vector<double> sizes{motor_size, motor_size, motor_size, occipital_size, blink_peak};
    sizes.resize(dipoles.size(), background_size / std::sqrt(static_cast<double>(n_background) / 8));
    for (index d = 0; d < gain.extent(1); ++d) {
        double largest = 0;
        for (index c = 0; c < gain.extent(0); ++c) {
            largest = std::max(largest, std::abs(gain(c, d)));
        }
        for (double& m : dipoles[static_cast<std::size_t>(d)].moment) {
            m *= sizes[static_cast<std::size_t>(d)] / largest;
        }
        for (index c = 0; c < gain.extent(0); ++c) {
            gain(c, d) *= sizes[static_cast<std::size_t>(d)] / largest;
        }
    }
    truth.dipoles.assign(dipoles.begin(), dipoles.begin() + static_cast<std::ptrdiff_t>(n_named));
    truth.mu_frequency = mu_frequency;
    truth.beta_frequency = beta_frequency;
    truth.alpha_frequency = alpha_frequency;
    truth.desynchronisation = desynchronisation;
    truth.blinks = blink_times(seed, duration);

    const std::vector<Task> tasks = schedule(seed, duration);
    Array<double, 2> sources({gain.extent(1), n});  // courses in units of the dipoles' moments
    parallel_for(sources.extent(0), [&](index d) {
        const auto x = sources.view().row(d);
        const auto element = static_cast<std::uint32_t>(d);
        if (d < 3) {
            // (1 + b²) of the power belongs to both rhythms together.
            const double mu = 1 / std::sqrt(1 + beta_share * beta_share);
            add_rhythm(x, mu, mu_frequency, sfreq, RandomStream(seed, rhythm, 2 * element));
            add_rhythm(x, mu * beta_share, beta_frequency, sfreq, RandomStream(seed, rhythm, 2 * element + 1));
            for (index k = 0; k < n; ++k) {
                const double held = hold(tasks, d < 2 ? 1 : 2, static_cast<double>(k) / sfreq);
                x[static_cast<std::size_t>(k)] *= std::sqrt(1 - desynchronisation * held);
            }
        } else if (d == 3) {
            add_rhythm(x, 1, alpha_frequency, sfreq, RandomStream(seed, rhythm, 2 * element));
        } else if (d == 4) {
            add_blinks(x, truth.blinks, sfreq);
        } else {
            add_pink(x, 1, sfreq, RandomStream(seed, background, 2 * element + 1));
        }
    });

    Array<double, 2> data({gain.extent(0), n});
    numerics::matmul(gain, sources, data);
    parallel_for(data.extent(0), [&](index c) {
        const auto element = static_cast<std::uint32_t>(c);
        RandomStream noise(seed, sensor, element), mains(seed, line, element);
        const double amplitude = line_size * (0.5 + mains.uniform()), phase = 0.3 * mains.normal();
        const auto x = data.view().row(c);
        for (index k = 0; k < n; ++k) {
            const double t = static_cast<double>(k) / sfreq;  // [s]
            x[static_cast<std::size_t>(k)] +=
                sensor_noise * noise.normal() + amplitude * std::sin(2 * std::numbers::pi * line_frequency * t + phase);
        }
    });

    out.raw = make_raw(std::move(info), std::move(data));
    Annotations annotations;
    for (const Task& task : tasks) {
        annotations.items.push_back({task.onset, task.length(), "T" + text_of(task.code), {}});
    }
    set_annotations(out.raw, std::move(annotations));
    return out;
}

}  // namespace ranvier::meeg
