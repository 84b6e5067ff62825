#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "ranvier/compile/ir/builder.hpp"

namespace ranvier::compile {

/// A well-formed program of any operations, for comparing machine code with the interpreter.
class RandomProgram {
public:
    explicit RandomProgram(std::uint64_t seed) : random_(seed), b_("random") {}

    Program program() {
        declare();
        leaves();
        values(5 + pick(20));
        const bool steps = chance(0.6);
        Values begin = known_;
        std::vector<Value> carries;
        if (steps) {
            const Builder::Recording recording = b_.begin_recording(b_.uniform("every", Type::integer));
            const int rows = b_.array("rows", Type::real, ArrayKind::recording, real_storage());
            begin = known_;
            b_.steps();
            for (int k = pick(4); k >= 0; --k) {
                const Type type = any_type();
                carries.push_back(b_.carry(one(begin, type)));
                add(carries.back());
            }
            add(b_.step());
            add(b_.time());
            values(5 + pick(25));
            effects();
            if (chance(0.7)) {
                b_.record_every(recording, {{rows, one(known_, Type::real)}});
            }
            for (const Value c : carries) {
                b_.set_next(c, one(known_, b_.type(c)));
            }
        } else {
            effects();
        }
        b_.end();
        known_ = begin;
        for (const Value c : carries) {
            add(c);
        }
        values(pick(6));
        for (const int array : real_arrays_) {
            store(array, Type::real);
        }
        store(integers_, Type::integer);
        store(booleans_, Type::boolean);
        if (chance(0.5)) {
            store(narrow_, Type::real);
            store(short_, Type::integer);
        }
        effects();
        return b_.program();
    }

private:
    struct Values {
        std::vector<Value> of[3];
    };

    int pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
    bool chance(double p) { return std::uniform_real_distribution<double>(0, 1)(random_) < p; }
    Type any_type() {
        const int k = pick(10);
        return k < 7 ? Type::real : k < 9 ? Type::integer : Type::boolean;
    }
    Value one(const Values& from, Type type) {
        const auto& list = from.of[static_cast<int>(type)];
        // Late values more often: chains grow long.
        const int n = static_cast<int>(list.size());
        return list[static_cast<std::size_t>(chance(0.5) ? n - 1 - pick(std::min(n, 6)) : pick(n))];
    }
    Value any(Type type) { return one(known_, type); }
    void add(Value v) { known_.of[static_cast<int>(b_.type(v))].push_back(v); }

    void declare() {
        for (const char* name : {"x", "y", "z"}) {
            real_arrays_.push_back(b_.array(name));
        }
        integers_ = b_.array("k", Type::integer);
        booleans_ = b_.array("flag", Type::boolean);
        table_ = b_.array("table", Type::real, ArrayKind::table);
        bool_table_ = b_.array("bits", Type::boolean, ArrayKind::table);
        narrow_ = b_.array("narrow", Type::real, ArrayKind::lanes, real_storage());
        short_ = b_.array("short", Type::integer, ArrayKind::lanes, integer_storage());
        elements_ = {b_.array("weights", Type::real, ArrayKind::table, real_storage()),
                     b_.array("targets", Type::integer, ArrayKind::table, integer_storage()),
                     b_.array("still", Type::real, ArrayKind::elements, real_storage()),
                     b_.array("sums", Type::real, ArrayKind::elements, real_storage()),
                     b_.array("counts", Type::integer, ArrayKind::elements, integer_storage()),
                     b_.array("marks", Type::boolean, ArrayKind::elements),
                     b_.array("none", Type::real, ArrayKind::elements, real_storage())};
        plain_ = b_.function("twice_and", 2, true);
        other_ = b_.function("third", 1, false);
        spikes_ = b_.events("spikes");
    }

    Storage real_storage() {
        static constexpr Storage some[] = {Storage::computed, Storage::float64, Storage::float32};
        return some[pick(3)];
    }
    Storage integer_storage() {
        static constexpr Storage some[] = {Storage::computed, Storage::int64, Storage::int32, Storage::uint16};
        return some[pick(4)];
    }

    void leaves() {
        for (const int a : real_arrays_) {
            add(b_.load(a));
        }
        add(b_.load(integers_));
        add(b_.load(booleans_));
        add(b_.uniform("u"));
        add(b_.uniform("v"));
        add(b_.uniform("m", Type::integer));
        add(b_.uniform("on", Type::boolean));
        add(b_.lane());
        for (int k = 0; k < 3; ++k) {
            add(b_.real(constant()));
        }
        add(b_.integer(pick(9) - 4));
    }

    double constant() {
        static constexpr double some[] = {0.0, -0.0, 1, -1, 2, 3, 0.5, 10, -2, 4, 1e-5, 100, 1e6, 3.7e5};
        if (chance(0.05)) {
            return std::numeric_limits<double>::infinity();
        }
        return chance(0.5) ? some[pick(14)] : std::normal_distribution<double>(0, 10)(random_);
    }

    void values(int count) {
        for (int k = 0; k < count; ++k) {
            add(value());
        }
    }

    /// Of arrays that the program writes, or whose elements are of another width.
    Value stored_value() {
        switch (pick(4)) {
            case 0: return b_.load(narrow_);
            case 1: return b_.load(short_);
            default: return b_.gather(elements_[static_cast<std::size_t>(pick(7))], position());
        }
    }

    /// Near the few elements that there are, mostly: a lane, or any integer.
    Value position() {
        return chance(0.5) ? b_.apply(Op::modulo, {b_.lane(), b_.integer(1 + pick(9))}) : any(Type::integer);
    }

    Value value() {
        if (chance(0.12)) {
            return stored_value();
        }
        const int kind = pick(100);
        if (kind < 2) {
            return b_.real(constant());
        }
        if (kind < 4) {
            return b_.random_uniform(pick(6), chance(0.3) ? any(Type::integer) : Value{});
        }
        if (kind < 6) {
            return b_.random_normal(pick(6), chance(0.3) ? any(Type::integer) : Value{});
        }
        if (kind < 8) {
            return b_.gather(table_, any(Type::integer));
        }
        if (kind < 9) {
            return b_.gather(bool_table_, any(Type::integer));
        }
        if (kind < 10) {
            return b_.call(plain_, {any(Type::real), any(Type::real)});
        }
        if (kind < 11) {
            return b_.call(other_, {any(Type::real)});
        }
        if (kind < 13) {
            return b_.load(real_arrays_[static_cast<std::size_t>(pick(3))]);
        }
        if (kind < 30) {  // mathematics
            const Op op = static_cast<Op>(static_cast<int>(Op::exp) + pick(18));
            return operand_count(op) == 2 ? b_.apply(op, {any(Type::real), any(Type::real)})
                                          : b_.apply(op, {any(Type::real)});
        }
        if (kind < 40) {  // logic
            static constexpr Op some[] = {Op::equal,       Op::not_equal,  Op::less,
                                          Op::less_equal,  Op::greater,    Op::greater_equal,
                                          Op::logical_and, Op::logical_or, Op::logical_not};
            const Op op = some[pick(9)];
            if (op == Op::logical_not) {
                return b_.apply(op, {any(Type::boolean)});
            }
            const Type type = op == Op::logical_and || op == Op::logical_or ? Type::boolean
                              : chance(0.7)                                 ? Type::real
                                                                            : Type::integer;
            return b_.apply(op, {any(type), any(type)});
        }
        if (kind < 50) {
            const Type type = any_type();
            return b_.select(any(Type::boolean), any(type), any(type));
        }
        if (kind < 55) {
            return chance(0.5) ? b_.apply(Op::to_real, {any(chance(0.8) ? Type::integer : Type::boolean)})
                               : b_.apply(Op::to_integer, {any(chance(0.8) ? Type::real : Type::boolean)});
        }
        static constexpr Op both[] = {Op::add,     Op::subtract, Op::multiply,     Op::negate, Op::absolute,
                                      Op::minimum, Op::maximum,  Op::floor_divide, Op::modulo, Op::sign};
        static constexpr Op real[] = {Op::divide, Op::fma,      Op::square_root, Op::floor,
                                      Op::ceil,   Op::truncate, Op::round};
        const bool integer = kind < 65;
        const Op op = integer || chance(0.65) ? both[pick(chance(0.7) ? 3 : 10)] : real[pick(7)];
        std::vector<Value> operands;
        for (int k = 0; k < operand_count(op); ++k) {
            operands.push_back(any(integer ? Type::integer : Type::real));
        }
        return b_.apply(op, operands);
    }

    void store(int array, Type type) {
        if (chance(0.3)) {
            b_.store(array, any(type), any(Type::boolean));
        } else {
            b_.store(array, any(type));
        }
    }

    void effects() {
        if (chance(0.5)) {
            b_.emit(spikes_, any(Type::boolean));
        }
        if (chance(0.3)) {
            store(real_arrays_[static_cast<std::size_t>(pick(3))], Type::real);
        }
        for (int k = chance(0.4) ? 1 + pick(3) : 0; k > 0; --k) {
            write_elements(elements_[static_cast<std::size_t>(3 + pick(4))]);
            if (chance(0.3)) {
                add(stored_value());
            }
        }
    }

    void write_elements(int array) {
        const Type type = array == elements_[4] ? Type::integer : array == elements_[5] ? Type::boolean : Type::real;
        const Value at = position(), where = chance(0.5) ? any(Type::boolean) : Value{};
        if (type == Type::boolean || chance(0.4)) {
            b_.scatter(array, at, any(type), where);
        } else {
            b_.accumulate(array, at, any(type), where);
        }
    }

    std::mt19937_64 random_;
    Builder b_;
    Values known_;
    std::vector<int> real_arrays_;
    std::vector<int> elements_;  ///< those after the third may be written
    int narrow_ = 0, short_ = 0;
    int integers_ = 0, booleans_ = 0, table_ = 0, bool_table_ = 0, plain_ = 0, other_ = 0, spikes_ = 0;
};

/// A number of any kind but subnormal.
template <class T>
T any_number(std::mt19937_64& random) {
    const auto pick = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
    std::normal_distribution<double> normal;
    switch (pick(20)) {
        case 0: return 0;
        case 1: return T(-0.0);
        case 2: return std::numeric_limits<T>::infinity();
        case 3: return -std::numeric_limits<T>::infinity();
        case 4: return std::numeric_limits<T>::quiet_NaN();
        case 5: return T(pick(9) - 4);
        case 6:
        case 7: {
            using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
            const T x = std::bit_cast<T>(static_cast<Bits>(random()));
            return std::fpclassify(x) == FP_SUBNORMAL || std::isnan(x) ? T(1) : x;
        }
        case 8:
        case 9: return static_cast<T>(normal(random) * 1e6);
        default: return static_cast<T>(normal(random) * std::pow(10, pick(5) - 2));
    }
}

}  // namespace ranvier::compile
