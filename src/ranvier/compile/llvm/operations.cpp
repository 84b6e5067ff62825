#include "ranvier/compile/llvm/operations.hpp"

#include "ranvier/base/error.hpp"
#include "ranvier/compile/mathematics/functions.hpp"

namespace ranvier::compile::machine {

namespace {

using llvm::CmpInst;
using llvm::Value;

/// Rounds towards −∞, and x // 0 is 0; nothing that processors trap at is executed.
Value* floor_division(Op op, Code& code, Value* a, Value* b) {
    llvm::IRBuilder<>& ir = code.ir;
    llvm::Type* const type = a->getType();
    Value* const zero = llvm::ConstantInt::get(type, 0);
    Value* const one = llvm::ConstantInt::get(type, 1);
    Value* const minus_one = llvm::Constant::getAllOnesValue(type);
    Value* const by_zero = ir.CreateICmpEQ(b, zero);
    Value* const by_minus_one = ir.CreateICmpEQ(b, minus_one);
    Value* const divisor = ir.CreateSelect(ir.CreateOr(by_zero, by_minus_one), one, b);
    Value* const quotient = ir.CreateSDiv(a, divisor);
    Value* const remainder = ir.CreateSub(a, ir.CreateMul(quotient, divisor));
    Value* const differs = ir.CreateICmpSLT(ir.CreateXor(remainder, divisor), zero);
    Value* const down = ir.CreateAnd(ir.CreateICmpNE(remainder, zero), differs);
    Value* result;
    if (op == Op::modulo) {
        result = ir.CreateSelect(down, ir.CreateAdd(remainder, divisor), remainder);
        result = ir.CreateSelect(by_minus_one, zero, result);
    } else {
        result = ir.CreateSelect(down, ir.CreateSub(quotient, one), quotient);
        result = ir.CreateSelect(by_minus_one, ir.CreateNeg(a), result);
    }
    return ir.CreateSelect(by_zero, zero, result);
}

Value* integer_operation(Op op, Code& code, Value* a, Value* b) {
    llvm::IRBuilder<>& ir = code.ir;
    Value* const zero = llvm::ConstantInt::get(a->getType(), 0);
    switch (op) {
        case Op::add: return ir.CreateAdd(a, b);
        case Op::subtract: return ir.CreateSub(a, b);
        case Op::multiply: return ir.CreateMul(a, b);
        case Op::negate: return ir.CreateNeg(a);
        case Op::absolute: return ir.CreateSelect(ir.CreateICmpSLT(a, zero), ir.CreateNeg(a), a);
        case Op::minimum: return ir.CreateSelect(ir.CreateICmpSLT(a, b), a, b);
        case Op::maximum: return ir.CreateSelect(ir.CreateICmpSGT(a, b), a, b);
        case Op::floor_divide:
        case Op::modulo: return floor_division(op, code, a, b);
        case Op::sign: {
            Value* const above = ir.CreateZExt(ir.CreateICmpSGT(a, zero), a->getType());
            return ir.CreateSub(above, ir.CreateZExt(ir.CreateICmpSLT(a, zero), a->getType()));
        }
        default: throw InternalError("not an operation of integers");
    }
}

template <class T>
Value* real_operation(Op op, Code& code, const std::array<Value*, 3>& operands) {
    const Vector<T> a{&code, operands[0]}, b{&code, operands[1]}, c{&code, operands[2]};
    switch (op) {
        case Op::add: return (a + b).v;
        case Op::subtract: return (a - b).v;
        case Op::multiply: return (a * b).v;
        case Op::divide: return (a / b).v;
        case Op::fma: return fma(a, b, c).v;
        case Op::negate: return (-a).v;
        case Op::absolute: return absolute(a).v;
        case Op::minimum: return select(a < b, a, select(a == a, b, a)).v;
        case Op::maximum: return select(a > b, a, select(a == a, b, a)).v;
        case Op::floor_divide: return mathematics::floor_quotient(a, b).high.v;
        case Op::modulo: return mathematics::floor_quotient(a, b).low.v;
        case Op::square_root: return square_root(a).v;
        case Op::floor: return floor(a).v;
        case Op::ceil: return unary(llvm::Intrinsic::ceil, a).v;
        case Op::truncate: return unary(llvm::Intrinsic::trunc, a).v;
        case Op::round: return unary(llvm::Intrinsic::nearbyint, a).v;
        case Op::sign: {
            const Vector<T> zero = a.constant(0);
            return select(a > zero, a.constant(1), select(a < zero, a.constant(-1), a)).v;
        }
        default: return mathematics::function(op, a, operands[1] == nullptr ? a : b).v;
    }
}

Value* compared(Op op, Type from, Code& code, Value* a, Value* b) {
    struct Predicates {
        CmpInst::Predicate real, integer;
    };
    const Predicates p = [&]() -> Predicates {
        switch (op) {
            case Op::equal: return {CmpInst::FCMP_OEQ, CmpInst::ICMP_EQ};
            case Op::not_equal: return {CmpInst::FCMP_UNE, CmpInst::ICMP_NE};
            case Op::less: return {CmpInst::FCMP_OLT, CmpInst::ICMP_SLT};
            case Op::less_equal: return {CmpInst::FCMP_OLE, CmpInst::ICMP_SLE};
            case Op::greater: return {CmpInst::FCMP_OGT, CmpInst::ICMP_SGT};
            default: return {CmpInst::FCMP_OGE, CmpInst::ICMP_SGE};
        }
    }();
    return from == Type::real ? code.ir.CreateFCmp(p.real, a, b) : code.ir.CreateICmp(p.integer, a, b);
}

}  // namespace

template <class T>
Value* operation(const Instruction& i, Type from, Code& code, const std::array<Value*, 3>& operands) {
    llvm::IRBuilder<>& ir = code.ir;
    Value* const a = operands[0];
    switch (i.op) {
        case Op::equal:
        case Op::not_equal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal: return compared(i.op, from, code, a, operands[1]);
        case Op::logical_and: return ir.CreateAnd(a, operands[1]);
        case Op::logical_or: return ir.CreateOr(a, operands[1]);
        case Op::logical_not: return ir.CreateNot(a);
        case Op::select: return ir.CreateSelect(a, operands[1], operands[2]);
        case Op::to_real:
            return from == Type::integer ? ir.CreateSIToFP(a, code.real<T>()) : ir.CreateUIToFP(a, code.real<T>());
        case Op::to_integer:
            return from == Type::real
                       ? ir.CreateIntrinsic(llvm::Intrinsic::fptosi_sat, {code.integer<T>(), a->getType()}, {a})
                       : ir.CreateZExt(a, code.integer<T>());
        default:
            return i.type == Type::integer ? integer_operation(i.op, code, a, operands[1])
                                           : real_operation<T>(i.op, code, operands);
    }
}

template Value* operation<double>(const Instruction&, Type, Code&, const std::array<Value*, 3>&);
template Value* operation<float>(const Instruction&, Type, Code&, const std::array<Value*, 3>&);

}  // namespace ranvier::compile::machine
