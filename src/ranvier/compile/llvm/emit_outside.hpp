#pragma once

#include "ranvier/compile/llvm/emitter.hpp"
#include "ranvier/compile/mathematics/random.hpp"

// What of the emitter deals with the world outside a lane: events, random numbers, a user's functions.

namespace ranvier::compile::machine {

template <class T>
void Emitter<T>::emit_events(const Instruction& i) {
    const Copies conditions = all(i.operands[0], false);
    Value* any = conditions[0];
    for (Id copy = 1; copy < copies_; ++copy) {
        any = ir_.CreateOr(any, conditions[copy]);
    }
    const Branch branch = unlikely(vector_, any_lane(vector_, any));
    Type* const word = ir_.getInt64Ty();
    Type* const pointer = ir_.getPtrTy();
    Value* const buffer = ir_.CreateConstGEP1_64(ir_.getInt8Ty(), field(offsetof(Frame, events), pointer),
                                                 static_cast<std::uint64_t>(i.index) * sizeof(EventBuffer));
    const auto member = [&](std::size_t offset) { return ir_.CreateConstGEP1_64(ir_.getInt8Ty(), buffer, offset); };
    // Make room, which is rarer still.
    Value* const count_at = member(offsetof(EventBuffer, count));
    Value* count = ir_.CreateAlignedLoad(word, count_at, llvm::Align(8));
    Value* const room = ir_.CreateAlignedLoad(word, member(offsetof(EventBuffer, capacity)), llvm::Align(8));
    Value* const need = ir_.getInt64(static_cast<std::uint64_t>(target_.lanes) * copies_);
    const Branch full = unlikely(scalar_, ir_.CreateICmpSGT(ir_.CreateAdd(count, need), room));
    llvm::CallInst* const grow = ir_.CreateCall(llvm::FunctionType::get(ir_.getVoidTy(), {pointer, word}, false),
                                                field(offsetof(Frame, grow_events), pointer), {buffer, need});
    grow->setDoesNotThrow();
    ir_.CreateBr(full.after);
    ir_.SetInsertPoint(full.after);
    Value* const lanes = ir_.CreateAlignedLoad(pointer, member(offsetof(EventBuffer, lanes)), llvm::Align(8));
    Value* const steps = ir_.CreateAlignedLoad(pointer, member(offsetof(EventBuffer, steps)), llvm::Align(8));
    for (Id copy = 0; copy < copies_; ++copy) {
        count = append_lanes(conditions[copy], copy, count, lanes, steps);
    }
    ir_.CreateAlignedStore(count, count_at, llvm::Align(8));
    ir_.CreateBr(branch.after);
    ir_.SetInsertPoint(branch.after);
}

template <class T>
llvm::Value* Emitter<T>::append_lanes(Value* condition, Id copy, Value* count, Value* lanes, Value* steps) {
    Type* const number = ir_.getInt32Ty();
    Value* const numbers = lane_numbers(vector_, copy, vector_.of(number));
    Value* const end = ir_.CreateTrunc(end_, number);
    condition = ir_.CreateAnd(condition, ir_.CreateICmpSLT(numbers, vector_.broadcast(end)));
    for (unsigned k = 0; k < vector_.lanes && vector_.lanes <= 4; ++k) {
        // Write always, count only where it holds: no jumps.
        Value* const one = vector_.lanes == 1 ? numbers : ir_.CreateExtractElement(numbers, k);
        Value* const holds = vector_.lanes == 1 ? condition : ir_.CreateExtractElement(condition, k);
        ir_.CreateAlignedStore(one, ir_.CreateGEP(number, lanes, count), llvm::Align(4));
        ir_.CreateAlignedStore(step_, ir_.CreateGEP(ir_.getInt64Ty(), steps, count), llvm::Align(8));
        count = ir_.CreateAdd(count, ir_.CreateZExt(holds, ir_.getInt64Ty()));
    }
    if (vector_.lanes <= 4) {
        return count;
    }
    ir_.CreateIntrinsic(llvm::Intrinsic::masked_compressstore, {numbers->getType()},
                        {numbers, ir_.CreateGEP(number, lanes, count), condition});
    Value* const step = ir_.CreateVectorSplat(vector_.lanes, step_);
    ir_.CreateAlignedStore(step, ir_.CreateGEP(ir_.getInt64Ty(), steps, count), llvm::Align(8));
    Value* const mask = ir_.CreateBitCast(condition, ir_.getIntNTy(vector_.lanes));
    return ir_.CreateAdd(count,
                         ir_.CreateZExt(ir_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, mask), ir_.getInt64Ty()));
}

template <class T>
llvm::Value* Emitter<T>::random(const Instruction& i, Code& code, Id copy) {
    using Bits = VectorBits<double>;
    Draws& draws = draws_[{i.index / 2, i.operands.empty() ? -1 : i.operands[0].id, copy}];
    if (draws.words[0] == nullptr) {
        Type* const word = ir_.getInt64Ty();
        const auto lanes = [&](Value* v) { return Bits{&code, code.broadcast(v)}; };
        Value* const seed = field(offsetof(Frame, seed), word);
        Value* const own = i.operands.empty() ? lane_numbers(code, copy, code.of(word))
                                              : ir_.CreateSExt(operand(i.operands[0], code, copy), code.of(word));
        Value* const element = ir_.CreateAdd(own, code.broadcast(field(offsetof(Frame, first_element), word)));
        Value* const draw = ir_.CreateAdd(step_, field(offsetof(Frame, draws_ahead), word));
        Value* const object = field(offsetof(Frame, object), word);
        const auto block =
            mathematics::philox(mathematics::counter(lanes(draw), Bits{&code, element}, lanes(object), i.index / 2),
                                lanes(ir_.CreateAnd(seed, 0xffffffff)), lanes(ir_.CreateLShr(seed, 32)));
        for (Id k = 0; k < 4; ++k) {
            draws.words[k] = block[k].v;
        }
    }
    const Id odd = static_cast<Id>(i.index % 2);
    const Vector<double> like{&code, nullptr};
    const auto wide = [&](Id k) {
        return mathematics::unit_interval(like, Bits{&code, draws.words[2 * k]}, Bits{&code, draws.words[2 * k + 1]});
    };
    if (i.op == Op::random_normal) {
        if (draws.normal[0] == nullptr) {
            const auto pair = mathematics::normal_pair(wide(0), wide(1));
            draws.normal[0] = pair.high.v;
            draws.normal[1] = pair.low.v;
        }
        Value* const x = draws.normal[odd];
        return std::is_same_v<T, double> ? x : ir_.CreateFPTrunc(x, code.real<T>());
    }
    if constexpr (std::is_same_v<T, double>) {
        return wide(odd).v;
    } else {
        const Vector<float> one = Vector<float>{&code, nullptr}.constant(1);
        const auto mantissa = lower_half(Bits{&code, draws.words[2 * odd + 1]} >> 9);
        return (from_bits(mantissa | bits(one)) - one.constant(1 - 0x1p-24F)).v;
    }
}

template <class T>
llvm::Value* Emitter<T>::called(const Instruction& i, const Code& code, Id copy) {
    Type* const type = ir_.getDoubleTy();
    const std::vector<Type*> types(i.operands.size(), type);
    Value* const list = field(offsetof(Frame, functions), ir_.getPtrTy());
    Value* const at = ir_.CreateConstGEP1_64(ir_.getPtrTy(), list, static_cast<std::uint64_t>(i.index));
    Value* const function = ir_.CreateAlignedLoad(ir_.getPtrTy(), at, llvm::Align(8));
    Value* result = llvm::PoisonValue::get(code.real<T>());
    for (unsigned k = 0; k < code.lanes; ++k) {
        std::vector<Value*> arguments;
        for (const compile::Value v : i.operands) {
            Value* const x = operand(v, code, copy);
            Value* const one = code.lanes == 1 ? x : ir_.CreateExtractElement(x, k);
            arguments.push_back(std::is_same_v<T, double> ? one : ir_.CreateFPExt(one, type));
        }
        llvm::CallInst* const call = ir_.CreateCall(llvm::FunctionType::get(type, types, false), function, arguments);
        call->setDoesNotThrow();
        Value* const x = std::is_same_v<T, double> ? call : ir_.CreateFPTrunc(call, scalar_.real<T>());
        result = code.lanes == 1 ? x : ir_.CreateInsertElement(result, x, k);
    }
    return result;
}

}  // namespace ranvier::compile::machine
