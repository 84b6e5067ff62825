#include "ranvier/compile/llvm/vectors.hpp"

#include <llvm/IR/MDBuilder.h>

namespace ranvier::compile::machine {

Branch unlikely(Code& code, llvm::Value* condition) {
    llvm::LLVMContext& context = code.ir.getContext();
    llvm::BasicBlock* before = code.ir.GetInsertBlock();
    llvm::BasicBlock* taken = llvm::BasicBlock::Create(context, "", code.function);
    llvm::BasicBlock* after = llvm::BasicBlock::Create(context, "", code.function);
    code.ir.CreateCondBr(condition, taken, after, llvm::MDBuilder(context).createBranchWeights(1, 100));
    code.ir.SetInsertPoint(taken);
    return {before, after};
}

llvm::Value* any_lane(Code& code, llvm::Value* condition) {
    if (!condition->getType()->isVectorTy()) {
        return condition;
    }
    llvm::Type* word = code.ir.getIntNTy(code.lanes);
    return code.ir.CreateICmpNE(code.ir.CreateBitCast(condition, word), llvm::ConstantInt::get(word, 0));
}

void payne_hanek_reduction(Vector<double> a, VectorBoolean far, mathematics::Quadrant<Vector<double>>& result) {
    Code& code = *a.code;
    llvm::IRBuilder<>& ir = code.ir;
    // Room for one vector each, made at the start of the function.
    llvm::IRBuilder<> start(&code.function->getEntryBlock(), code.function->getEntryBlock().begin());
    llvm::Value* room[4];
    llvm::Value* values[4] = {a.v, result.angle.high.v, result.angle.low.v, result.quadrant.v};
    for (int k = 0; k < 4; ++k) {
        room[k] = start.CreateAlloca(values[k]->getType());
    }
    const Branch branch = unlikely(code, any_lane(code, far.v));
    for (int k = 0; k < 4; ++k) {
        ir.CreateStore(values[k], room[k]);
    }
    llvm::Type* pointer = ir.getPtrTy();
    llvm::FunctionType* type =
        llvm::FunctionType::get(ir.getVoidTy(), {pointer, pointer, pointer, pointer, ir.getInt64Ty()}, false);
    llvm::CallInst* call =
        ir.CreateCall(type, code.payne_hanek, {room[0], room[1], room[2], room[3], ir.getInt64(code.lanes)});
    call->setDoesNotThrow();
    llvm::Value* better[4];
    for (int k = 1; k < 4; ++k) {
        better[k] = ir.CreateLoad(values[k]->getType(), room[k]);
    }
    llvm::BasicBlock* taken = ir.GetInsertBlock();
    ir.CreateBr(branch.after);
    ir.SetInsertPoint(branch.after);
    llvm::Value** results[4] = {nullptr, &result.angle.high.v, &result.angle.low.v, &result.quadrant.v};
    for (int k = 1; k < 4; ++k) {
        llvm::PHINode* merged = ir.CreatePHI(values[k]->getType(), 2);
        merged->addIncoming(values[k], branch.before);
        merged->addIncoming(better[k], taken);
        *results[k] = merged;
    }
}

}  // namespace ranvier::compile::machine
