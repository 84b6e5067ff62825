# Run as a script: write the texts of FILES (folder/*.suffix) into the C++ source OUT, as what the function FUNCTION lists;
# HEADER declares it.
file(GLOB files ${FILES})
list(SORT files)
list(LENGTH files count)
set(out "#include \"${HEADER}\"\n\nnamespace {\n\nconst ranvier::BundledText texts[] = {\n")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WLE)
  file(READ ${file} text)
  string(APPEND out "    {\"${name}\", R\"~text~(${text})~text~\"},\n")
endforeach()
string(APPEND out "    {\"\", \"\"}};\n\n}  // namespace\n\n"
       "std::span<const ranvier::BundledText> ${FUNCTION}() { return {texts, ${count}}; }\n")
file(WRITE ${OUT} "${out}")
