"""A stirred tank reactor is kept at the wanted concentration by a network that learnt how it answers.

The plant: Morningred, Paden, Seborg & Mellichamp 1992, Chemical Engineering Science 47:755-762: A turns into B and gives off
heat; the flow of coolant is what can be set. Its gain grows several times over between 0.08 and 0.12 mol/l and it
begins to ring, so that one PI controller is either slow at one end or swings at the other, which made it a benchmark of
nonlinear control: the table below shows it. Lightbody & Irwin 1995, doi:10.1049/ip-cta:19951613, control the same
reactor by networks; neither paper prints errors as numbers.

The network learns from a record with random coolant: concentration 0.5 min ahead from the last measurements and a flow that
stays. In control, the flow whose prediction comes nearest to the wanted path is taken, and what the last prediction
missed is added to the next (so that constant disturbances leave no error).
"""

import argparse
import json
import pathlib
import warnings

import numpy as np

import ranvier.learn as rl

SAMPLE = 0.1  # [min]
AHEAD = 5  # samples
SLOW, FAST = 85.0, 111.0  # coolant [l/min]
NOISE = 2e-4  # of the analyser [mol/l]


def reactor(state, coolant, feed=350.0):
    """Concentration [mol/l] and temperature [K] after a sample; the feed's temperature is 350 K unless disturbed."""
    c, T = state
    steps = 10
    for _ in range(steps):
        rate = 7.2e10 * c * np.exp(-1e4 / T)
        cooling = 0.01 * coolant * (1 - np.exp(-700.0 / coolant)) * (350.0 - T)
        c, T = c + SAMPLE / steps * (1.0 - c - rate), T + SAMPLE / steps * (feed - T + 200.0 * rate + cooling)
    return np.array([c, T])


class PiController:
    def __init__(self, gain, time):
        self.gain, self.time, self.sum = gain, time, 0.0

    def coolant(self, c, goal):
        error = goal - c
        flow = 103.41 + self.gain * (error + self.sum / self.time)
        if SLOW < flow < FAST:
            self.sum += error * SAMPLE
        return np.clip(flow, SLOW, FAST)


class NetController:
    FLOWS = np.linspace(SLOW, FAST, 131)

    def __init__(self, seed=0, minutes=1500):
        rng = np.random.default_rng(seed)
        state, flow, c, u = np.array([0.1, 438.5]), 103.41, [], []
        for k in range(int(minutes / SAMPLE)):
            if k % 12 == 0:
                flow = rng.uniform(90, 110)
            c.append(state[0] + NOISE * rng.standard_normal())
            u.append(flow)
            state = reactor(state, flow)
        c, u = np.array(c), np.array(u)
        # Rows after which the flow stays for the time ahead.
        now = np.array([k for k in range(4, len(c) - AHEAD) if k % 12 + AHEAD <= 12])
        rows = self.rows(np.stack([c[now - j] for j in range(4)], axis=1), np.stack([u[now - 1], u[now - 2], u[now]], axis=1))
        self.net = rl.MLPRegressor((12,), "tanh", solver="lbfgs", alpha=1e-4, max_iter=1500, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.net.fit(rows, (c[now + AHEAD] - 0.1) / 0.02)
        self.past_c, self.past_u, self.said, self.missed = [0.1] * 4, [103.41] * 2, [], 0.0

    @staticmethod
    def rows(c, u):
        return np.hstack([(c - 0.1) / 0.02, (u - 100) / 7])

    def coolant(self, c, goal):
        self.past_c = [c, *self.past_c[:3]]
        if len(self.said) >= AHEAD:
            self.missed += 0.1 * (c - self.said[-AHEAD] - self.missed)
        n = len(self.FLOWS)
        tried = self.rows(np.tile(self.past_c, (n, 1)), np.column_stack([np.tile(self.past_u, (n, 1)), self.FLOWS]))
        ahead = 0.1 + 0.02 * self.net.predict(tried)
        wanted = goal + (c - goal) * np.exp(-AHEAD * SAMPLE / 0.5)
        best = np.argmin((ahead + self.missed - wanted) ** 2 + 1e-9 * (self.FLOWS - self.past_u[0]) ** 2)
        self.said.append(ahead[best])
        self.past_u = [self.FLOWS[best], self.past_u[0]]
        return self.FLOWS[best]


def run(controller, goals, feeds, seed=1):
    rng, state, path, flows = np.random.default_rng(seed), np.array([0.1, 438.54]), [], []
    for goal, feed in zip(goals, feeds):
        flow = controller.coolant(state[0] + NOISE * rng.standard_normal(), goal)
        path.append(state[0])
        flows.append(flow)
        state = reactor(state, flow, feed)
    return np.array(path), np.array(flows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    goals = np.repeat([0.10, 0.08, 0.10, 0.12, 0.10, 0.12, 0.10], 120)
    feeds = np.full(len(goals), 350.0)
    feeds[-60:] = 351.0  # a disturbance in the last six minutes
    controllers = {"network": NetController()}
    # The best of a family of PI controllers on the low half, and the best on the whole path.
    family = [(g, t) for g in (50, 100, 150, 200, 300, 400, 600) for t in (0.3, 0.5, 0.8, 1.2, 2.0)]
    paths = {pair: run(PiController(*pair), goals, feeds)[0] for pair in family}
    low = min(family, key=lambda p: np.abs(paths[p] - goals)[:360].sum())
    whole = min(family, key=lambda p: np.abs(paths[p] - goals).sum())
    controllers[f"PI tuned at 0.08 to 0.10 ({low[0]}, {low[1]} min)"] = PiController(*low)
    controllers[f"PI tuned on all of it ({whole[0]}, {whole[1]} min)"] = PiController(*whole)
    results, drawn = {}, {}
    print(f"{'mean |error| [mmol/l]':42s} at 0.08 to 0.10   at 0.12   all")
    for name, controller in controllers.items():
        path, flow = drawn[name] = run(controller, goals, feeds)
        error = 1e3 * np.abs(path - goals)
        results[name] = dict(low=error[:360].mean(), high=error[goals == 0.12].mean(), all=error.mean())
        print(f"{name:42s} {results[name]['low']:10.2f} {results[name]['high']:13.2f} {results[name]['all']:8.2f}")
    if args.out:
        args.out.write_text(json.dumps(results))
    if args.figure:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(2, 1, figsize=(7, 5), sharex=True, constrained_layout=True)
        t = SAMPLE * np.arange(len(goals))
        for name, (path, flow) in drawn.items():
            axes[0].plot(t, path, label=name, linewidth=1)
            axes[1].plot(t, flow, linewidth=1)
        axes[0].plot(t, goals, "k", linewidth=0.6)
        axes[0].set(ylabel="concentration [mol/l]", ylim=(0.06, 0.16))
        axes[1].set(ylabel="coolant [l/min]", xlabel="time [min]")
        axes[0].legend(fontsize=8)
        figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()
