#pragma once

#include <llvm/IR/Module.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "ranvier/compile/interpreter/interpret.hpp"
#include "ranvier/compile/llvm/backend.hpp"
#include "ranvier/compile/llvm/operations.hpp"
#include "ranvier/compile/llvm/vectors.hpp"

namespace ranvier::compile::machine {

/// Writes the function: an entry that computes what no lane changes, a loop over blocks of lanes, in it a loop over
/// steps.
template <class T>
class Emitter {
    using BasicBlock = llvm::BasicBlock;
    using Type = llvm::Type;
    using Value = llvm::Value;
    using Id = std::size_t;

public:
    Emitter(const Program& program, const Target& target, llvm::Module& module)
        : program_(program),
          target_(target),
          ir_(module.getContext()),
          scalar_{ir_, nullptr, 1, nullptr},
          vector_{ir_, nullptr, static_cast<unsigned>(target.lanes), nullptr},
          copies_(static_cast<Id>(target.interleave)),
          uniform_(uniform_values(program)),
          values_(program.instructions.size()),
          broadcast_(program.instructions.size(), nullptr) {
        function_ = llvm::Function::Create(llvm::FunctionType::get(ir_.getVoidTy(), {ir_.getPtrTy()}, false),
                                           llvm::Function::ExternalLinkage, "kernel", module);
        scalar_.function = vector_.function = function_;
    }

    llvm::Function* emit() {
        entry_ = block();
        ir_.SetInsertPoint(entry_);
        open_frame();
        emit_constants_of_call();
        BasicBlock* const lanes = block();
        BasicBlock* const done = block();
        entry_end_ = ir_.CreateCondBr(ir_.CreateICmpSLT(begin_, end_), lanes, done);
        BasicBlock* const before = ir_.GetInsertBlock();

        ir_.SetInsertPoint(lanes);
        llvm::PHINode* const lane = ir_.CreatePHI(ir_.getInt64Ty(), 2);
        lane->addIncoming(begin_, before);
        lane_ = lane;
        const auto [steps, end] = bounds();
        step_ = first_step_;
        section(0, steps);
        if (end > steps) {
            loop_over_steps(steps, end);
        }
        step_ = ir_.CreateAdd(first_step_, steps_);
        draws_.clear();
        section(end, program_.instructions.size());

        const auto width = static_cast<std::uint64_t>(target_.lanes) * copies_;
        Value* const next = ir_.CreateAdd(lane, ir_.getInt64(width), "", true, true);
        lane->addIncoming(next, ir_.GetInsertBlock());
        ir_.CreateCondBr(ir_.CreateICmpSLT(next, end_), lanes, done);
        ir_.SetInsertPoint(done);
        ir_.CreateRetVoid();
        return function_;
    }

private:
    struct Array {
        Value* data;
        Value* extent;
        Value* row_stride;
    };
    using Copies = std::vector<Value*>;  // one vector for each of `interleave`; a uniform value is one scalar

    static Id id(compile::Value v) { return static_cast<Id>(v.id); }
    BasicBlock* block() { return BasicBlock::Create(ir_.getContext(), "", function_); }

    // ---- the frame

    Value* field(std::size_t offset, Type* type) {
        return ir_.CreateAlignedLoad(type, ir_.CreateConstGEP1_64(ir_.getInt8Ty(), function_->getArg(0), offset),
                                     llvm::Align(8));
    }

    void open_frame() {
        Type* const word = ir_.getInt64Ty();
        Type* const pointer = ir_.getPtrTy();
        begin_ = field(offsetof(Frame, begin), word);
        end_ = field(offsetof(Frame, end), word);
        first_step_ = field(offsetof(Frame, first_step), word);
        steps_ = field(offsetof(Frame, steps), word);
        vector_.payne_hanek = scalar_.payne_hanek = field(offsetof(Frame, payne_hanek), pointer);
        list_ = field(offsetof(Frame, arrays), pointer);
        for (Id k = 0; k < program_.arrays.size() && !target_.quick; ++k) {
            arrays_.push_back(array(k));
        }
    }

    /// Known since the entry; in quick code, which does without what nobody uses, read where it is wanted.
    Array array(Id k) {
        if (k < arrays_.size()) {
            return arrays_[k];
        }
        const auto member = [&](std::size_t offset, Type* type) {
            return ir_.CreateAlignedLoad(
                type, ir_.CreateConstGEP1_64(ir_.getInt8Ty(), list_, k * sizeof(FrameArray) + offset), llvm::Align(8));
        };
        Type* const word = ir_.getInt64Ty();
        Value* const data = member(offsetof(FrameArray, data), ir_.getPtrTy());
        const ArrayKind kind = program_.arrays[k].kind;
        const bool bounded = !target_.quick || kind != ArrayKind::lanes;
        return {data, bounded ? member(offsetof(FrameArray, extent), word) : nullptr,
                bounded ? member(offsetof(FrameArray, row_stride), word) : nullptr};
    }

    /// Uniform values of `begin`: once per call.
    void emit_constants_of_call() {
        for (Id k = 0; k < program_.instructions.size(); ++k) {
            const Instruction& i = program_.instructions[k];
            if (i.region == Region::begin && uniform_[k]) {
                step_ = first_step_;
                values_[k] = {computed(i, scalar_, 0)};
            }
        }
    }

    std::pair<Id, Id> bounds() const {
        Id steps = 0;
        while (steps < program_.instructions.size() && program_.instructions[steps].region == Region::begin) {
            ++steps;
        }
        Id end = steps;
        while (end < program_.instructions.size() && program_.instructions[end].region == Region::steps) {
            ++end;
        }
        return {steps, end};
    }

    // ---- sections

    void section(Id begin, Id end) {
        for (Id k = begin; k < end; ++k) {
            const Instruction& i = program_.instructions[k];
            if (i.op == Op::carry || (i.region == Region::begin && uniform_[k])) {
                continue;
            }
            if (!has_result(i.op)) {
                effect(i);
            } else if (uniform_[k]) {
                values_[k] = {computed(i, scalar_, 0)};
            } else if (const Id together = side_by_side(k, end); together > 1) {
                compute_together(k, together);
                k += together - 1;
            } else {
                values_[k].clear();
                for (Id copy = 0; copy < copies_; ++copy) {
                    values_[k].push_back(computed(i, vector_, copy));
                }
            }
        }
    }

    /// How many functions of one kind, from the k-th instruction on, scalar code computes in the lanes of one vector.
    Id side_by_side(Id k, Id end) const {
        const Instruction& first = program_.instructions[k];
        if (vector_.lanes > 1 || copies_ > 1 || target_.calls || !is_mathematics(first.op)) {
            return 1;
        }
        const Id most = static_cast<Id>(target_.vector_bits) / (8 * sizeof(T));
        Id count = 1;
        for (; k + count < end && count < most; ++count) {
            const Instruction& i = program_.instructions[k + count];
            const bool waits = std::ranges::any_of(i.operands, [&](compile::Value v) { return id(v) >= k; });
            if (i.op != first.op || uniform_[k + count] || waits) {
                break;
            }
        }
        return count;
    }

    void compute_together(Id first, Id count) {
        Code packed{ir_, function_, std::bit_ceil(static_cast<unsigned>(count)), scalar_.payne_hanek};
        const Instruction& i = program_.instructions[first];
        std::array<Value*, 3> operands{};
        for (Id o = 0; o < i.operands.size(); ++o) {
            Value* vector = packed.broadcast(operand(i.operands[o], vector_, 0));
            for (Id k = 1; k < count; ++k) {
                vector = ir_.CreateInsertElement(vector,
                                                 operand(program_.instructions[first + k].operands[o], vector_, 0), k);
            }
            operands[o] = vector;
        }
        Value* const all = operation<T>(i, compile::Type::real, packed, operands);
        for (Id k = 0; k < count; ++k) {
            values_[first + k] = {ir_.CreateExtractElement(all, k)};
        }
    }

    void loop_over_steps(Id begin, Id end) {
        BasicBlock* const before = ir_.GetInsertBlock();
        std::vector<Id> carries;
        std::vector<Copies> first;
        for (Id k = begin; k < end; ++k) {
            if (program_.instructions[k].op == Op::carry) {
                carries.push_back(k);
                first.push_back(all(program_.instructions[k].operands[0], uniform_[k]));
            }
        }
        BasicBlock* const body = block();
        BasicBlock* const after = block();
        ir_.CreateCondBr(ir_.CreateICmpSGT(steps_, ir_.getInt64(0)), body, after);

        ir_.SetInsertPoint(body);
        llvm::PHINode* const count = ir_.CreatePHI(ir_.getInt64Ty(), 2);
        count->addIncoming(ir_.getInt64(0), before);
        std::vector<std::vector<llvm::PHINode*>> phis;
        for (Id c = 0; c < carries.size(); ++c) {
            phis.emplace_back();
            values_[carries[c]].clear();
            for (Value* start : first[c]) {
                llvm::PHINode* const phi = ir_.CreatePHI(start->getType(), 2);
                phi->addIncoming(start, before);
                phis.back().push_back(phi);
                values_[carries[c]].push_back(phi);
            }
        }
        step_ = ir_.CreateAdd(first_step_, count);
        draws_.clear();
        section(begin, end);

        std::vector<Copies> next;
        for (const Id k : carries) {
            next.push_back(all(program_.instructions[k].operands[1], uniform_[k]));
        }
        Value* const counted = ir_.CreateAdd(count, ir_.getInt64(1), "", true, true);
        BasicBlock* const last = ir_.GetInsertBlock();
        count->addIncoming(counted, last);
        ir_.CreateCondBr(ir_.CreateICmpSLT(counted, steps_), body, after);
        ir_.SetInsertPoint(after);
        for (Id c = 0; c < carries.size(); ++c) {
            values_[carries[c]].clear();
            broadcast_[carries[c]] = nullptr;
            for (Id copy = 0; copy < phis[c].size(); ++copy) {
                phis[c][copy]->addIncoming(next[c][copy], last);
                llvm::PHINode* const final = ir_.CreatePHI(next[c][copy]->getType(), 2);
                final->addIncoming(first[c][copy], before);
                final->addIncoming(next[c][copy], last);
                values_[carries[c]].push_back(final);
            }
        }
    }

    // ---- operands

    /// A value for code of one lane (a uniform value) or of a vector.
    Value* operand(compile::Value v, const Code& code, Id copy) {
        const Id k = id(v);
        if (!uniform_[k]) {
            return values_[k][copy];
        }
        Value* const scalar = values_[k][0];
        if (&code == &scalar_ || vector_.lanes == 1) {
            return scalar;
        }
        if (llvm::isa<llvm::Constant>(scalar)) {
            return llvm::ConstantVector::getSplat(llvm::ElementCount::getFixed(vector_.lanes),
                                                  llvm::cast<llvm::Constant>(scalar));
        }
        if (broadcast_[k] == nullptr) {
            // What is computed at the entry is also broadcast there, once.
            if (program_.instructions[k].region == Region::begin) {
                const llvm::IRBuilderBase::InsertPointGuard guard(ir_);
                ir_.SetInsertPoint(entry_end_);
                broadcast_[k] = vector_.broadcast(scalar);
            } else {
                broadcast_[k] = vector_.broadcast(scalar);
            }
        }
        return broadcast_[k];
    }

    Copies all(compile::Value v, bool as_scalar) {
        Copies result;
        for (Id copy = 0; copy < (as_scalar ? 1 : copies_); ++copy) {
            result.push_back(operand(v, as_scalar ? scalar_ : vector_, copy));
        }
        return result;
    }

    // ---- values

    Value* computed(const Instruction& i, Code& code, Id copy) {
        switch (i.op) {
            case Op::constant: return constant(i);
            case Op::uniform: return uniform(i);
            case Op::load: return loaded(i, code, at_lane(i, copy));
            case Op::gather: return gathered(i, code, operand(i.operands[0], code, copy));
            case Op::lane: return lane_numbers(code, copy, code.integer<T>());
            case Op::step: return ir_.CreateSExtOrTrunc(step_, scalar_.integer<T>());
            case Op::time: return time();
            case Op::random_uniform:
            case Op::random_normal: return random(i, code, copy);
            case Op::call: return called(i, code, copy);
            default: {
                std::array<Value*, 3> operands{};
                for (Id k = 0; k < i.operands.size(); ++k) {
                    operands[k] = operand(i.operands[k], code, copy);
                }
                if (target_.calls && is_mathematics(i.op)) {
                    return ir_.CreateCall(mathematics(i, code), arguments(operands, i.operands.size(), code));
                }
                return operation<T>(i, program_[i.operands[0]].type, code, operands);
            }
        }
    }

    std::vector<Value*> arguments(const std::array<Value*, 3>& operands, Id count, const Code& code) const {
        std::vector<Value*> all(operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(count));
        all.push_back(code.payne_hanek);
        return all;
    }

    /// A function of mathematics, written once.
    llvm::Function* mathematics(const Instruction& i, const Code& code) {
        llvm::Function*& written = mathematics_[{i.op, code.lanes}];
        if (written == nullptr) {
            const llvm::IRBuilderBase::InsertPointGuard guard(ir_);
            std::vector<Type*> types(i.operands.size(), code.real<T>());
            types.push_back(ir_.getPtrTy());
            written = llvm::Function::Create(llvm::FunctionType::get(code.real<T>(), types, false),
                                             llvm::Function::InternalLinkage, std::string(compile::name(i.op)),
                                             *function_->getParent());
            Code inside{ir_, written, code.lanes, written->getArg(static_cast<unsigned>(i.operands.size()))};
            ir_.SetInsertPoint(BasicBlock::Create(ir_.getContext(), "", written));
            std::array<Value*, 3> operands{};
            for (Id k = 0; k < i.operands.size(); ++k) {
                operands[k] = written->getArg(static_cast<unsigned>(k));
            }
            ir_.CreateRet(operation<T>(i, compile::Type::real, inside, operands));
        }
        return written;
    }

    Value* constant(const Instruction& i) {
        switch (i.type) {
            case compile::Type::real: {
                const auto scalar = std::is_same_v<T, double> ? Scalar::float64 : Scalar::float32;
                return llvm::ConstantFP::get(scalar_.real<T>(),
                                             llvm::APFloat(static_cast<T>(in_precision(i.number, scalar))));
            }
            case compile::Type::integer:
                return llvm::ConstantInt::get(scalar_.integer<T>(), static_cast<std::uint64_t>(i.integer), true);
            default: return ir_.getInt1(i.integer != 0);
        }
    }

    /// Subnormal numbers were flushed by the caller.
    Value* uniform(const Instruction& i) {
        Value* const list = field(offsetof(Frame, uniforms), ir_.getPtrTy());
        Value* const at = ir_.CreateConstGEP1_64(ir_.getDoubleTy(), list, static_cast<std::uint64_t>(i.index));
        Value* const x = ir_.CreateAlignedLoad(ir_.getDoubleTy(), at, llvm::Align(8));
        switch (i.type) {
            case compile::Type::real: return std::is_same_v<T, double> ? x : ir_.CreateFPTrunc(x, scalar_.real<T>());
            case compile::Type::integer: {
                Value* const whole =
                    ir_.CreateIntrinsic(llvm::Intrinsic::fptosi_sat, {ir_.getInt64Ty(), x->getType()}, {x});
                return ir_.CreateTrunc(whole, scalar_.integer<T>());
            }
            default: return ir_.CreateFCmpUNE(x, llvm::ConstantFP::get(x->getType(), 0));
        }
    }

    Value* time() {
        Type* const type = ir_.getDoubleTy();
        Value* const t = ir_.CreateIntrinsic(
            llvm::Intrinsic::fma, {type},
            {ir_.CreateSIToFP(step_, type), field(offsetof(Frame, dt), type), field(offsetof(Frame, t0), type)});
        return std::is_same_v<T, double> ? t : ir_.CreateFPTrunc(t, scalar_.real<T>());
    }

    // ---- memory: emit_memory.hpp

    Storage stored_as(const Instruction& i) const {
        return storage(program_.arrays[static_cast<Id>(i.index)], target_.scalar);
    }
    Type* stored_type(const Instruction& i, const Code& code);
    llvm::Align alignment(const Instruction& i, const Code& code);
    Value* at_lane(const Instruction& i, Id copy);
    /// What lies in memory as the program computes it, and the reverse.
    Value* read(const Instruction& i, const Code& code, Value* x);
    Value* written(const Instruction& i, const Code& code, Value* x);
    Value* loaded(const Instruction& i, const Code& code, Value* address);
    Value* gathered(const Instruction& i, const Code& code, Value* at);
    void effect(const Instruction& i);
    void store(const Instruction& i, Id copy);
    void record(const Instruction& i);
    void scatter(const Instruction& i, Value* places, Value* x);
    void accumulate(const Instruction& i, Value* places, Value* x);
    Value* sum(const Instruction& i, Value* stored, Value* x);
    /// Where each lane writes its element; where it doesn't, a place of its own that means nothing.
    Value* places(const Instruction& i, Id copy);

    Value* first_lane(Id copy) {
        return ir_.CreateAdd(lane_, ir_.getInt64(copy * static_cast<std::uint64_t>(target_.lanes)), "", true, true);
    }

    Value* lane_of(Value* x, Id k) { return vector_.lanes == 1 ? x : ir_.CreateExtractElement(x, k); }

    /// Numbers of the lanes of one vector.
    Value* lane_numbers(const Code& code, Id copy, Type* type) {
        Type* const element = type->getScalarType();
        Value* const first = ir_.CreateSExtOrTrunc(first_lane(copy), element);
        if (code.lanes == 1) {
            return first;
        }
        std::vector<llvm::Constant*> offsets;
        for (unsigned k = 0; k < code.lanes; ++k) {
            offsets.push_back(llvm::ConstantInt::get(element, k));
        }
        return ir_.CreateAdd(ir_.CreateVectorSplat(code.lanes, first), llvm::ConstantVector::get(offsets));
    }

    // ---- what leaves the program, and random numbers: emit_outside.hpp

    void emit_events(const Instruction& i);
    /// Writes the lanes where the condition holds behind `count` others; the new count.
    Value* append_lanes(Value* condition, Id copy, Value* count, Value* lanes, Value* steps);
    Value* random(const Instruction& i, Code& code, Id copy);
    Value* called(const Instruction& i, const Code& code, Id copy);

    struct Draws {
        Value* uniform[2] = {};
        Value* words[4] = {};
        Value* normal[2] = {};
    };

    const Program& program_;
    const Target& target_;
    llvm::IRBuilder<> ir_;
    Code scalar_, vector_;
    Id copies_;
    std::vector<bool> uniform_;
    std::vector<Copies> values_;
    std::vector<Value*> broadcast_;
    std::map<std::tuple<int, std::int32_t, Id>, Draws> draws_;  // of pair, value of the element, copy
    std::vector<Array> arrays_;
    std::map<std::pair<Op, unsigned>, llvm::Function*> mathematics_;
    Value* list_ = nullptr;
    Value* spare_ = nullptr;  ///< for each lane of a vector, a place to write to what is not wanted
    llvm::Function* function_ = nullptr;
    BasicBlock* entry_ = nullptr;
    llvm::Instruction* entry_end_ = nullptr;
    Value* begin_ = nullptr;
    Value* end_ = nullptr;
    Value* first_step_ = nullptr;
    Value* steps_ = nullptr;
    Value* lane_ = nullptr;
    Value* step_ = nullptr;
};

}  // namespace ranvier::compile::machine
