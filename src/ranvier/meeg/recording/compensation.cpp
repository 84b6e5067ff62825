#include "ranvier/meeg/recording/compensation.hpp"

#include <algorithm>
#include <string>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

/// What its users call it: 1, 2, 3, and for other makers the file's number.
int grade_of(const Compensation& compensation) {
    return unnamed_number(compensation.kind).value_or(static_cast<int>(compensation.kind));
}

Array<double, 2> transposed(const Array<double, 2>& a) {
    Array<double, 2> out({a.extent(1), a.extent(0)});
    for (index i = 0; i < a.extent(0); ++i) {
        for (index k = 0; k < a.extent(1); ++k) {
            out(k, i) = a(i, k);
        }
    }
    return out;
}

bool is_unit_row(const Array<double, 2>& a, index row) {
    for (index k = 0; k < a.extent(1); ++k) {
        if (a(row, k) != (k == row ? 1 : 0)) {
            return false;
        }
    }
    return true;
}

/// The change to a grade, or an empty matrix where it is there already.
Array<double, 2> change(const Info& info, int grade) {
    const std::optional<int> now = compensation_grade(info);
    require(now.has_value(), "compensation is about MEG channels; the recording has none");
    if (*now == grade) {
        return {};
    }
    for (const Projection& projection : info.projections) {
        if (projection.active) {
            throw Conflict("projection '" + projection.description +
                           "' has been applied, which was made of samples of grade " + text_of(*now) +
                           "; compensate before projections are applied");
        }
    }
    const Array<double, 2> to = compensation_matrix(info, grade);
    if (*now == 0) {
        return to;
    }
    const Array<double, 2> from = compensation_matrix(info, *now);
    Array<double, 2> out = transposed(numerics::solve(transposed(from), transposed(to)));  // to · from⁻¹
    for (index k = 0; k < out.extent(0); ++k) {
        if (is_unit_row(from, k) && is_unit_row(to, k)) {  // to the bit, as neither grade changes the channel
            std::ranges::fill(out.view().row(k), 0.0);
            out(k, k) = 1;
        }
    }
    return out;
}

void set_grade(Info& info, int grade) {
    for (Channel& channel : info.channels) {
        if (channel.kind == ChannelKind::meg) {
            channel.compensation = grade;
        }
    }
}

/// The rows that change anything, and the columns that they need.
void apply_change(View<double, 2> data, const Array<double, 2>& whole) {
    std::vector<index> to, from;
    for (index i = 0; i < whole.extent(0); ++i) {
        if (!is_unit_row(whole, i)) {
            to.push_back(i);
        }
    }
    for (index k = 0; k < whole.extent(1); ++k) {
        if (std::ranges::any_of(to, [&](index i) { return whole(i, k) != 0; })) {
            from.push_back(k);
        }
    }
    Array<double, 2> op({std::ssize(to), std::ssize(from)});
    for (std::size_t i = 0; i < to.size(); ++i) {
        for (std::size_t k = 0; k < from.size(); ++k) {
            op(static_cast<index>(i), static_cast<index>(k)) = whole(to[i], from[k]);
        }
    }
    replace_channels(data, from, to, op);
}

}  // namespace

std::optional<int> compensation_grade(const Info& info) {
    std::optional<int> grade;
    for (const Channel& channel : info.channels) {
        if (channel.kind == ChannelKind::meg) {
            require(!grade || *grade == channel.compensation, "all MEG channels must have one grade of compensation");
            grade = channel.compensation;
        }
    }
    return grade;
}

Array<double, 2> compensation_matrix(const Info& info, int grade) {
    Array<double, 2> out = identity(info.n_channels());
    if (grade == 0) {
        return out;
    }
    const auto found = std::find_if(info.compensations.begin(), info.compensations.end(),
                                    [&](const Compensation& c) { return grade_of(c) == grade; });
    if (found == info.compensations.end()) {
        std::vector<std::string> known{"0"};
        for (const Compensation& c : info.compensations) {
            known.push_back(text_of(grade_of(c)));
        }
        throw InvalidInput("the recording must have the compensation of the grade; there is none for " +
                           text_of(grade) + ", but for " + joined(known, ", "));
    }
    std::vector<index> columns;
    for (const std::string& name : found->column_names) {
        require(std::ranges::find(info.channels, name, &Channel::name) != info.channels.end(), [&] {
            return "reference sensor '" + name + "' is needed for the compensation of grade " + text_of(grade);
        });
        columns.push_back(channel_index(info, name));
    }
    for (std::size_t r = 0; r < found->row_names.size(); ++r) {
        const auto channel = std::ranges::find(info.channels, found->row_names[r], &Channel::name);
        if (channel == info.channels.end()) {
            continue;
        }
        const index row = channel - info.channels.begin();
        for (std::size_t k = 0; k < columns.size(); ++k) {
            out(row, columns[k]) -= found->matrix(static_cast<index>(r), static_cast<index>(k));
        }
    }
    return out;
}

void apply_gradient_compensation(Raw& raw, int grade) {
    const Array<double, 2> whole = change(raw.info, grade);
    if (whole.empty()) {
        return;
    }
    if (raw.preloaded) {
        apply_change(raw.data, whole);
    } else {
        apply_operator(raw, whole);
    }
    set_grade(raw.info, grade);
}

void apply_gradient_compensation(Epochs& epochs, int grade) {
    const Array<double, 2> whole = change(epochs.info, grade);
    if (whole.empty()) {
        return;
    }
    load(epochs);
    parallel_for(epochs.n_epochs(), [&](index k) { apply_change(epochs.data.view()[k], whole); });
    set_grade(epochs.info, grade);
}

void apply_gradient_compensation(Evoked& evoked, int grade) {
    const Array<double, 2> whole = change(evoked.info, grade);
    if (whole.empty()) {
        return;
    }
    apply_change(evoked.data, whole);
    set_grade(evoked.info, grade);
}

}  // namespace ranvier::meeg
