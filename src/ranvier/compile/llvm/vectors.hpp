#pragma once

#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Intrinsics.h>

#include <cstdint>
#include <type_traits>

#include "ranvier/compile/mathematics/trig.hpp"

namespace ranvier::compile::machine {

/// What the vector types below write to: a builder, the number of lanes of a vector (1: plain scalars), and where the
/// functions are that machine code calls.
struct Code {
    llvm::IRBuilder<>& ir;
    llvm::Function* function = nullptr;
    unsigned lanes = 1;
    llvm::Value* payne_hanek = nullptr;  ///< address of ranvier_payne_hanek

    llvm::Type* of(llvm::Type* scalar) const { return lanes == 1 ? scalar : llvm::FixedVectorType::get(scalar, lanes); }
    template <class T>
    llvm::Type* real() const {
        return of(std::is_same_v<T, double> ? ir.getDoubleTy() : ir.getFloatTy());
    }
    template <class T>
    llvm::Type* integer() const {
        return of(std::is_same_v<T, double> ? ir.getInt64Ty() : ir.getInt32Ty());
    }
    /// A scalar copied to all lanes; a vector as it is.
    llvm::Value* broadcast(llvm::Value* v) const {
        return lanes == 1 || v->getType()->isVectorTy() ? v : ir.CreateVectorSplat(lanes, v);
    }
};

// Lanes as lanes.hpp wants them, whose operations append instructions.

struct VectorBoolean {
    Code* code;
    llvm::Value* v;
    friend VectorBoolean operator&(VectorBoolean a, VectorBoolean b) {
        return {a.code, a.code->ir.CreateAnd(a.v, b.v)};
    }
    friend VectorBoolean operator|(VectorBoolean a, VectorBoolean b) { return {a.code, a.code->ir.CreateOr(a.v, b.v)}; }
    friend VectorBoolean operator!(VectorBoolean a) { return {a.code, a.code->ir.CreateNot(a.v)}; }
};

template <class T>
struct VectorBits {
    Code* code;
    llvm::Value* v;

    VectorBits constant(std::int64_t c) const {
        return {code, llvm::ConstantInt::get(code->integer<T>(), static_cast<std::uint64_t>(c), true)};
    }
    friend VectorBits operator+(VectorBits a, VectorBits b) { return {a.code, a.code->ir.CreateAdd(a.v, b.v)}; }
    friend VectorBits operator-(VectorBits a, VectorBits b) { return {a.code, a.code->ir.CreateSub(a.v, b.v)}; }
    friend VectorBits operator*(VectorBits a, VectorBits b) { return {a.code, a.code->ir.CreateMul(a.v, b.v)}; }
    friend VectorBits operator&(VectorBits a, VectorBits b) { return {a.code, a.code->ir.CreateAnd(a.v, b.v)}; }
    friend VectorBits operator|(VectorBits a, VectorBits b) { return {a.code, a.code->ir.CreateOr(a.v, b.v)}; }
    friend VectorBits operator^(VectorBits a, VectorBits b) { return {a.code, a.code->ir.CreateXor(a.v, b.v)}; }
    friend VectorBits operator<<(VectorBits a, int n) { return {a.code, a.code->ir.CreateShl(a.v, a.constant(n).v)}; }
    friend VectorBits operator>>(VectorBits a, int n) { return {a.code, a.code->ir.CreateLShr(a.v, a.constant(n).v)}; }
    friend VectorBoolean operator==(VectorBits a, VectorBits b) { return {a.code, a.code->ir.CreateICmpEQ(a.v, b.v)}; }
};

template <class T>
struct Vector {
    using Scalar = T;
    using Bits = VectorBits<T>;
    using Boolean = VectorBoolean;
    using Wide = Vector<double>;
    Code* code;
    llvm::Value* v;

    Vector constant(T c) const { return {code, llvm::ConstantFP::get(code->real<T>(), llvm::APFloat(c))}; }
    friend Vector operator+(Vector a, Vector b) { return {a.code, a.code->ir.CreateFAdd(a.v, b.v)}; }
    friend Vector operator-(Vector a, Vector b) { return {a.code, a.code->ir.CreateFSub(a.v, b.v)}; }
    friend Vector operator*(Vector a, Vector b) { return {a.code, a.code->ir.CreateFMul(a.v, b.v)}; }
    friend Vector operator/(Vector a, Vector b) { return {a.code, a.code->ir.CreateFDiv(a.v, b.v)}; }
    friend Vector operator-(Vector a) { return {a.code, a.code->ir.CreateFNeg(a.v)}; }
    friend VectorBoolean operator<(Vector a, Vector b) { return {a.code, a.code->ir.CreateFCmpOLT(a.v, b.v)}; }
    friend VectorBoolean operator<=(Vector a, Vector b) { return {a.code, a.code->ir.CreateFCmpOLE(a.v, b.v)}; }
    friend VectorBoolean operator>(Vector a, Vector b) { return {a.code, a.code->ir.CreateFCmpOGT(a.v, b.v)}; }
    friend VectorBoolean operator>=(Vector a, Vector b) { return {a.code, a.code->ir.CreateFCmpOGE(a.v, b.v)}; }
    friend VectorBoolean operator==(Vector a, Vector b) { return {a.code, a.code->ir.CreateFCmpOEQ(a.v, b.v)}; }
    friend VectorBoolean operator!=(Vector a, Vector b) { return {a.code, a.code->ir.CreateFCmpUNE(a.v, b.v)}; }
};

template <class T>
Vector<T> fma(Vector<T> a, Vector<T> b, Vector<T> c) {
    return {a.code, a.code->ir.CreateIntrinsic(llvm::Intrinsic::fma, {a.v->getType()}, {a.v, b.v, c.v})};
}
template <class T>
Vector<T> unary(llvm::Intrinsic::ID id, Vector<T> a) {
    return {a.code, a.code->ir.CreateUnaryIntrinsic(id, a.v)};
}
template <class T>
Vector<T> square_root(Vector<T> a) {
    return unary(llvm::Intrinsic::sqrt, a);
}
template <class T>
Vector<T> absolute(Vector<T> a) {
    return unary(llvm::Intrinsic::fabs, a);
}
template <class T>
Vector<T> floor(Vector<T> a) {
    return unary(llvm::Intrinsic::floor, a);
}
template <class T>
Vector<T> select(VectorBoolean c, Vector<T> a, Vector<T> b) {
    return {a.code, a.code->ir.CreateSelect(c.v, a.v, b.v)};
}
template <class T>
VectorBits<T> bits(Vector<T> a) {
    return {a.code, a.code->ir.CreateBitCast(a.v, a.code->template integer<T>())};
}
template <class T>
Vector<T> from_bits(VectorBits<T> a) {
    return {a.code, a.code->ir.CreateBitCast(a.v, a.code->template real<T>())};
}
inline VectorBits<float> lower_half(VectorBits<double> a) {
    return {a.code, a.code->ir.CreateTrunc(a.v, a.code->integer<float>())};
}
inline Vector<double> widened(Vector<float> a) { return {a.code, a.code->ir.CreateFPExt(a.v, a.code->real<double>())}; }
inline Vector<float> narrowed(Vector<double> a) {
    return {a.code, a.code->ir.CreateFPTrunc(a.v, a.code->real<float>())};
}

/// A conditional branch that is rarely taken. The builder is left in its block, which must end in a jump to `after`.
struct Branch {
    llvm::BasicBlock* before;
    llvm::BasicBlock* after;
};
Branch unlikely(Code& code, llvm::Value* condition);

/// Does the condition hold in any lane?
llvm::Value* any_lane(Code& code, llvm::Value* condition);

void payne_hanek_reduction(Vector<double> a, VectorBoolean far, mathematics::Quadrant<Vector<double>>& result);

}  // namespace ranvier::compile::machine
