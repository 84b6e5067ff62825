# A module is one folder, one namespace, one target. `DEPENDS` names lower floors only; tools/check_layers.py holds the
# includes to the same rule.
set(RANVIER_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND RANVIER_WARNINGS -Wno-restrict)  # false alarms about std::string, GCC bug 105651
endif()

function(ranvier_module name)
  cmake_parse_arguments(M "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/(kernels|llvm)/")  # which have flags of their own
  if(NOT sources)
    set(sources ${PROJECT_SOURCE_DIR}/cmake/empty.cpp)  # a module that so far is declarations only
  endif()
  add_library(ranvier_${name} STATIC ${sources})
  add_library(ranvier::${name} ALIAS ranvier_${name})
  target_include_directories(ranvier_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_compile_options(ranvier_${name} PRIVATE ${RANVIER_WARNINGS})
  foreach(dependency ${M_DEPENDS})
    target_link_libraries(ranvier_${name} PUBLIC ranvier::${dependency})
  endforeach()
  target_link_libraries(ranvier_${name} PRIVATE ${M_LIBRARIES})
endfunction()

# Make text files (folder/*.suffix) part of a module; `function`, which `header` declares, lists them.
function(ranvier_texts module files header function)
  file(GLOB texts CONFIGURE_DEPENDS ${files})
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedTexts.cmake)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/bundle.cpp)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DFILES=${files} -DHEADER=${header} -DFUNCTION=${function} -DOUT=${out} -P ${script}
    DEPENDS ${texts} ${script} COMMENT "Embedding ${files}" VERBATIM)
  target_sources(ranvier_${module} PRIVATE ${out})
endfunction()

# Instruction sets that hot kernels are compiled for; base/cpu.hpp chooses one of them at run time.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  set(RANVIER_ISAS sse2 avx2 avx512)
  set(RANVIER_FLAGS_sse2 -msse2)
  set(RANVIER_FLAGS_avx2 -mavx2 -mfma)
  set(RANVIER_FLAGS_avx512 -mavx512f -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma -mprefer-vector-width=512)
else()
  set(RANVIER_ISAS generic)
  set(RANVIER_FLAGS_generic)
endif()

# Compile kernels/*.cpp of a module once per instruction set, with RANVIER_ISA naming it. A kernel file may only define
# things inside `namespace RANVIER_ISA` and must not instantiate inline functions of the standard library: the linker
# keeps one copy of those, and it might be the one with instructions that the machine lacks.
function(ranvier_kernels module)
  file(GLOB kernels CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/kernels/*.cpp)
  if(NOT kernels)
    return()
  endif()
  foreach(isa ${RANVIER_ISAS})
    add_library(ranvier_${module}_${isa} OBJECT ${kernels})
    target_include_directories(ranvier_${module}_${isa} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_compile_options(ranvier_${module}_${isa} PRIVATE ${RANVIER_WARNINGS} -Wno-psabi -Wno-ignored-attributes -O3
                           -ffp-contract=fast -fno-math-errno -fno-trapping-math ${RANVIER_FLAGS_${isa}})
    target_compile_definitions(ranvier_${module}_${isa} PRIVATE RANVIER_ISA=${isa} RANVIER_ISA_${isa}=1)
    target_sources(ranvier_${module} PRIVATE $<TARGET_OBJECTS:ranvier_${module}_${isa}>)
  endforeach()
endfunction()
