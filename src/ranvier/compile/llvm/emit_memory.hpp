#pragma once

#include <algorithm>

#include "ranvier/compile/llvm/emitter.hpp"

// What of the emitter deals with arrays: how elements lie in memory, what is read and what is written.

namespace ranvier::compile::machine {

template <class T>
llvm::Type* Emitter<T>::stored_type(const Instruction& i, const Code& code) {
    switch (stored_as(i)) {
        case Storage::float64: return code.of(ir_.getDoubleTy());
        case Storage::float32: return code.of(ir_.getFloatTy());
        case Storage::int64: return code.of(ir_.getInt64Ty());
        case Storage::int32: return code.of(ir_.getInt32Ty());
        case Storage::uint16: return code.of(ir_.getInt16Ty());
        default: return code.of(ir_.getInt8Ty());
    }
}

template <class T>
llvm::Align Emitter<T>::alignment(const Instruction& i, const Code& code) {
    const auto bytes = static_cast<std::uint64_t>(element_bytes(stored_as(i)));
    return llvm::Align(std::min<std::uint64_t>(bytes * code.lanes, 64));  // arrays are not aligned to more
}

template <class T>
llvm::Value* Emitter<T>::at_lane(const Instruction& i, Id copy) {
    return ir_.CreateGEP(stored_type(i, scalar_), array(static_cast<Id>(i.index)).data, first_lane(copy));
}

template <class T>
llvm::Value* Emitter<T>::read(const Instruction& i, const Code& code, Value* x) {
    switch (i.type) {
        case compile::Type::real: return ir_.CreateFPCast(x, code.real<T>());
        case compile::Type::integer:
            return stored_as(i) == Storage::uint16 ? ir_.CreateZExt(x, code.integer<T>())
                                                   : ir_.CreateSExtOrTrunc(x, code.integer<T>());
        default: return ir_.CreateICmpNE(x, llvm::Constant::getNullValue(x->getType()));
    }
}

template <class T>
llvm::Value* Emitter<T>::written(const Instruction& i, const Code& code, Value* x) {
    Type* const type = stored_type(i, code);
    switch (i.type) {
        case compile::Type::real: return ir_.CreateFPCast(x, type);
        case compile::Type::integer: return ir_.CreateSExtOrTrunc(x, type);
        default: return ir_.CreateZExt(x, type);
    }
}

template <class T>
llvm::Value* Emitter<T>::loaded(const Instruction& i, const Code& code, Value* address) {
    return read(i, code, ir_.CreateAlignedLoad(stored_type(i, code), address, alignment(i, code)));
}

template <class T>
llvm::Value* Emitter<T>::gathered(const Instruction& i, const Code& code, Value* at) {
    const Array array = this->array(static_cast<Id>(i.index));
    Type* const element = stored_type(i, scalar_);
    Value* result = llvm::PoisonValue::get(code.of(element));
    Value* const last = ir_.CreateSub(array.extent, ir_.getInt64(1));
    for (unsigned k = 0; k < code.lanes; ++k) {
        Value* one = code.lanes == 1 ? at : ir_.CreateExtractElement(at, k);
        one = ir_.CreateSExt(one, ir_.getInt64Ty());
        one = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, one, last);
        one = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, one, ir_.getInt64(0));
        Value* const x = ir_.CreateAlignedLoad(element, ir_.CreateGEP(element, array.data, one), alignment(i, scalar_));
        result = code.lanes == 1 ? x : ir_.CreateInsertElement(result, x, k);
    }
    return read(i, code, result);
}

template <class T>
void Emitter<T>::effect(const Instruction& i) {
    if (i.op == Op::record) {
        record(i);
    } else if (i.op == Op::emit) {
        emit_events(i);
    } else {
        for (Id copy = 0; copy < copies_; ++copy) {
            if (i.op == Op::store) {
                store(i, copy);
            } else if (i.op == Op::scatter) {
                scatter(i, places(i, copy), operand(i.operands[1], vector_, copy));
            } else {
                accumulate(i, places(i, copy), operand(i.operands[1], vector_, copy));
            }
        }
    }
}

template <class T>
void Emitter<T>::store(const Instruction& i, Id copy) {
    Value* x = written(i, vector_, operand(i.operands[0], vector_, copy));
    Value* const address = at_lane(i, copy);
    if (i.operands.size() == 2) {  // what stays is not converted: it may be wider than what is computed
        Value* const before = ir_.CreateAlignedLoad(x->getType(), address, alignment(i, vector_));
        x = ir_.CreateSelect(operand(i.operands[1], vector_, copy), x, before);
    }
    ir_.CreateAlignedStore(x, address, alignment(i, vector_));
}

template <class T>
void Emitter<T>::record(const Instruction& i) {
    const Array array = this->array(static_cast<Id>(i.index));
    const Copies values = all(i.operands[1], false);
    Value* const row = ir_.CreateSExt(operand(i.operands[0], scalar_, 0), ir_.getInt64Ty());
    Value* const inside = ir_.CreateICmpULT(row, array.extent);
    const Branch branch = unlikely(scalar_, ir_.CreateAnd(operand(i.operands[2], scalar_, 0), inside));
    Value* const start = ir_.CreateMul(row, array.row_stride);
    for (Id copy = 0; copy < copies_; ++copy) {
        Value* const at = ir_.CreateAdd(start, first_lane(copy));
        Value* const address = ir_.CreateGEP(stored_type(i, scalar_), array.data, at);
        ir_.CreateAlignedStore(written(i, vector_, values[copy]), address, alignment(i, vector_));
    }
    ir_.CreateBr(branch.after);
    ir_.SetInsertPoint(branch.after);
}

template <class T>
llvm::Value* Emitter<T>::places(const Instruction& i, Id copy) {
    const Array array = this->array(static_cast<Id>(i.index));
    Type* const word = scalar_.integer<T>();
    Value* const at = operand(i.operands[0], vector_, copy);
    // An unsigned comparison: what is negative is beyond any extent that such an index can reach.
    Value* const extent =
        ir_.CreateTrunc(ir_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, array.extent,
                                                  ir_.getInt64(std::uint64_t{1} << (8 * sizeof(T) - 1))),
                        word);
    Value* const inside = ir_.CreateICmpULT(at, vector_.broadcast(extent));
    Value* const numbers = lane_numbers(vector_, copy, vector_.integer<T>());
    Value* writes = ir_.CreateAnd(inside, ir_.CreateICmpSLT(numbers, vector_.broadcast(ir_.CreateTrunc(end_, word))));
    if (i.operands.size() == 3) {
        writes = ir_.CreateAnd(writes, operand(i.operands[2], vector_, copy));
    }
    if (spare_ == nullptr) {
        llvm::IRBuilder<> start(&function_->getEntryBlock(), function_->getEntryBlock().begin());
        Type* const room = vector_.of(ir_.getInt64Ty());
        spare_ = start.CreateAlloca(room);
        start.CreateStore(llvm::Constant::getNullValue(room), spare_);
    }
    Value* const index = ir_.CreateSExt(at, vector_.of(ir_.getInt64Ty()));
    Value* const wanted = ir_.CreateGEP(stored_type(i, scalar_), array.data, index);
    if (vector_.lanes > 1) {
        std::vector<llvm::Constant*> offsets;
        for (unsigned k = 0; k < vector_.lanes; ++k) {
            offsets.push_back(ir_.getInt64(k));
        }
        return ir_.CreateSelect(writes, wanted,
                                ir_.CreateGEP(ir_.getInt64Ty(), spare_, llvm::ConstantVector::get(offsets)));
    }
    if (i.operands.size() == 2) {
        return ir_.CreateSelect(writes, wanted, spare_);
    }
    // Of one address such a select may become a jump, which irregular conditions make slow.
    Type* const number = ir_.getInt64Ty();
    Value* const from = ir_.CreatePtrToInt(spare_, number);
    Value* const change = ir_.CreateXor(from, ir_.CreatePtrToInt(wanted, number));
    Value* const chosen = ir_.CreateXor(from, ir_.CreateAnd(change, ir_.CreateSExt(writes, number)));
    return ir_.CreateIntToPtr(chosen, ir_.getPtrTy());
}

template <class T>
llvm::Value* Emitter<T>::sum(const Instruction& i, Value* stored, Value* x) {
    Value* const before = read(i, scalar_, stored);
    return written(i, scalar_, i.type == compile::Type::real ? ir_.CreateFAdd(before, x) : ir_.CreateAdd(before, x));
}

/// Lane after lane without a jump: conditions may be as irregular as they like.
template <class T>
void Emitter<T>::scatter(const Instruction& i, Value* places, Value* x) {
    x = written(i, vector_, x);
    for (Id k = 0; k < vector_.lanes; ++k) {
        ir_.CreateAlignedStore(lane_of(x, k), lane_of(places, k), alignment(i, scalar_));
    }
}

template <class T>
void Emitter<T>::accumulate(const Instruction& i, Value* places, Value* x) {
    Type* const type = stored_type(i, scalar_);
    const auto load = [&](Value* place) { return ir_.CreateAlignedLoad(type, place, alignment(i, scalar_)); };
    const auto store = [&](Value* sum, Value* place) { ir_.CreateAlignedStore(sum, place, alignment(i, scalar_)); };
    BasicBlock* const each = block();
    BasicBlock* const after = block();
    if (vector_.lanes > 1) {
        // Where all lanes add to one element its sum stays in a register: memory would hand it on half as fast.
        BasicBlock* const one = block();
        Value* const first = lane_of(places, 0);
        Value* const same = ir_.CreateICmpEQ(places, ir_.CreateVectorSplat(vector_.lanes, first));
        ir_.CreateCondBr(ir_.CreateAndReduce(same), one, each);
        ir_.SetInsertPoint(one);
        Value* total = load(first);
        for (Id k = 0; k < vector_.lanes; ++k) {
            total = sum(i, total, lane_of(x, k));
        }
        store(total, first);
        ir_.CreateBr(after);
    } else {
        ir_.CreateBr(each);
    }
    ir_.SetInsertPoint(each);
    for (Id k = 0; k < vector_.lanes; ++k) {
        Value* const place = lane_of(places, k);
        store(sum(i, load(place), lane_of(x, k)), place);
    }
    ir_.CreateBr(after);
    ir_.SetInsertPoint(after);
}

}  // namespace ranvier::compile::machine
