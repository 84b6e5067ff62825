"""A network holds the pitch of an aircraft, and a PID controller does the same.

The aircraft: longitudinal motion of an airliner in cruise, linearised, as in the Control Tutorials for MATLAB and Simulink
(Messner & Tilbury, University of Michigan, "Aircraft Pitch"): angle of attack alpha, pitch rate q, pitch theta, elevator
delta. Here with an elevator that stops at 25 degrees and turns no faster than 60 degrees a second, sensors that err, and
gusts. The tutorial asks of a step of 0.2 rad: overshoot < 10 %, rise time < 2 s, settling < 10 s, error at the end < 2 %,
and meets it with the controller 9 + 4 s. The PID controller is the one of a family whose mean error in that step is least
among those that meet all that is asked for.

The network never sees the equations. It watches a flight with random elevator and learns which elevator, held for 0.4 s,
brings the pitch from here to there (direct inverse control: Psaltis, Sideris & Yamamura 1988, doi:10.1109/37.1868).
"""

import argparse
import json
import pathlib
import warnings

import numpy as np

import ranvier.learn as rl

A = np.array([[-0.313, 56.7, 0.0], [-0.0139, -0.426, 0.0], [0.0, 56.7, 0.0]])
B = np.array([0.232, 0.0203, 0.0])
STEP = 0.02  # [s]
AHEAD = 20  # steps for which the net plans
MOST, FASTEST = np.deg2rad(25), np.deg2rad(60)  # elevator [rad], [rad/s]
SENSOR = np.array([5e-4, 1e-5, 5e-4])  # deviation of what is measured: alpha, q, theta


class Aircraft:
    def __init__(self, seed=0, gusts=0.0):
        self.x, self.delta, self.gust = np.zeros(3), 0.0, 0.0
        self.rng, self.gusts = np.random.default_rng(seed), gusts

    def measured(self):
        return self.x + SENSOR * self.rng.standard_normal(3)

    def fly(self, wanted):
        """One step with the elevator moving towards what is wanted."""
        self.delta += np.clip(np.clip(wanted, -MOST, MOST) - self.delta, -FASTEST * STEP, FASTEST * STEP)
        # Gusts tilt the air: an angle with a correlation time of 2 s.
        self.gust += -self.gust * STEP / 2 + self.gusts * np.sqrt(STEP) * self.rng.standard_normal()
        wind = np.array([self.gust, 0.0, 0.0])
        rate = lambda x: A @ (x + wind) + B * self.delta  # noqa: E731
        half = self.x + 0.5 * STEP * rate(self.x)
        self.x = self.x + STEP * rate(half)
        return self.x


class Pid:
    """kp e + ki * integral of e - kd * measured pitch rate; the integral waits while the elevator is at its stop."""

    def __init__(self, kp, ki, kd):
        self.kp, self.ki, self.kd, self.sum = kp, ki, kd, 0.0

    def elevator(self, state, delta, goal):
        error = goal - state[2]
        wanted = self.kp * error + self.ki * self.sum - self.kd * 56.7 * state[1]
        if abs(wanted) < MOST:
            self.sum += error * STEP
        return wanted


class Net:
    def __init__(self, seed=0, minutes=40):
        craft, rng = Aircraft(seed), np.random.default_rng(seed)
        rows, moves = [], []
        wanted = 0.0
        for _ in range(int(minutes * 60 / STEP / AHEAD)):
            # Steer at random, more often a little than a lot, but home where the pitch runs away.
            wanted = MOST * rng.uniform(-1, 1) ** 3 - 0.5 * craft.x[2]
            before, delta = craft.measured(), craft.delta
            for _ in range(AHEAD):
                after = craft.fly(wanted)
            rows.append([before[0], before[1] * 56.7, delta, after[2] - before[2]])
            moves.append(np.clip(wanted, -MOST, MOST))
        rows, moves = np.array(rows), np.array(moves)
        self.scale, self.range = rows.std(axis=0), moves.std()
        self.net = rl.MLPRegressor((16,), "tanh", solver="lbfgs", alpha=1e-4, max_iter=800, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.net.fit(rows / self.scale, moves / self.range)
        # Trim: in level flight that is to go on, the elevator stays where it is, at 0.
        self.trim = self.net.predict(np.zeros((1, 4)))[0]

    def elevator(self, state, delta, goal):
        # Of the way that is left, 45 % in the time ahead.
        change = np.clip(0.45 * (goal - state[2]), -0.08, 0.08)
        row = np.array([state[0], state[1] * 56.7, delta, change]) / self.scale
        return (self.net.predict(row[None])[0] - self.trim) * self.range


def flight(controller, goals, seed=1, gusts=0.0):
    craft, pitch, elevator = Aircraft(seed, gusts), [], []
    for goal in goals:
        pitch.append(craft.x[2])
        elevator.append(craft.delta)
        craft.fly(controller.elevator(craft.measured(), craft.delta, goal))
    return np.array(pitch), np.array(elevator)


def step_response(pitch, goal):
    t = STEP * np.arange(len(pitch))
    rise = t[np.argmax(pitch >= 0.9 * goal)] - t[np.argmax(pitch >= 0.1 * goal)]
    outside = np.flatnonzero(np.abs(pitch - goal) > 0.02 * goal + 3 * SENSOR[2])
    return dict(
        overshoot=100 * max(0.0, pitch.max() / goal - 1),
        rise=rise,
        settling=t[outside[-1]] if len(outside) else 0.0,
        error=100 * abs(pitch[-250:].mean() / goal - 1),
    )


def met(response):
    """Whether a step is flown as the tutorial asks."""
    return response["overshoot"] < 10 and response["rise"] < 2 and response["settling"] < 10 and response["error"] < 2


def tuned(goal):
    """(kp, ki, kd) of the best of a family, and how many of how many meet what is asked for."""
    family = [(kp, ki, kd) for kp in (2, 3, 4, 6, 9) for ki in (0, 0.25, 0.5, 1, 2) for kd in (1, 2, 3, 4)]
    errors = {}
    for gains in family:
        pitch, _ = flight(Pid(*gains), goal)
        if met(step_response(pitch, goal[0])):
            errors[gains] = np.abs(pitch - goal).mean()
    return min(errors, key=errors.get), len(errors), len(family)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    net = Net()
    goal = np.full(int(20 / STEP), 0.2)
    (kp, ki, kd), good, tried = tuned(goal)
    best = f"PID {kp} + {ki}/s + {kd} s"
    pilots = {"the tutorial's 9 + 4 s": lambda: Pid(9, 0, 4), best: lambda: Pid(kp, ki, kd), "network": lambda: net}
    print(f"{good} of {tried} PID controllers meet what the tutorial asks for; the one with the least error is {best}")
    cruise = 0.05 * np.sign(np.sin(2 * np.pi * np.arange(int(120 / STEP)) * STEP / 40))
    results, paths = {}, {}
    print(f"{'':24s} overshoot   rise   settling   error at the end   pitch error in gusts, elevator at work")
    print(f"{'asked for (tutorial)':24s}   < 10 %   < 2 s     < 10 s              < 2 %")
    for name, pilot in pilots.items():
        pitch, elevator = flight(pilot(), goal)
        r = step_response(pitch, 0.2)
        windy, work = flight(pilot(), cruise, gusts=0.01)
        late = np.arange(len(cruise)) * STEP % 20 > 8  # after each change of the goal has been flown
        r["gusts"] = float(np.sqrt(np.mean((windy - cruise)[late] ** 2)))
        r["work"] = float(np.sqrt(np.mean(np.diff(work) ** 2)) / STEP)
        results[name], paths[name] = {k: float(v) for k, v in r.items()}, (pitch, elevator)
        print(
            f"{name:24s} {r['overshoot']:6.1f} % {r['rise']:6.2f} s {r['settling']:8.2f} s {r['error']:15.2f} %"
            f"   {1e3 * r['gusts']:8.2f} mrad, {r['work']:.2f} rad/s"
        )
    if args.out:
        args.out.write_text(json.dumps(results))
    if args.figure:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(2, 1, figsize=(6, 4.5), sharex=True, constrained_layout=True)
        for name, (pitch, elevator) in paths.items():
            t = STEP * np.arange(len(pitch))
            axes[0].plot(t, pitch, label=name)
            axes[1].plot(t, np.rad2deg(elevator))
        axes[0].axhline(0.2, color="k", linewidth=0.6)
        axes[0].set(ylabel="pitch [rad]", xlim=(0, 12))
        axes[1].set(ylabel="elevator [degrees]", xlabel="time [s]")
        axes[0].legend()
        figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()
