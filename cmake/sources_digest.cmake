# Run as a script: write the digest of SOURCES into the header OUT.
set(whole)
foreach(source ${SOURCES})
  file(SHA256 ${source} digest)
  string(APPEND whole ${digest})
endforeach()
string(SHA256 digest "${whole}")
file(WRITE ${OUT} "#pragma once\n\nnamespace ranvier::compile {\ninline constexpr const char* sources_digest = \"${digest}\";\n}\n")
