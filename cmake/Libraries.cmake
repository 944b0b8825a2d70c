# Third-party libraries, all from the distribution (docs/dependencies.md says why each is there).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(LIBSSH REQUIRED IMPORTED_TARGET libssh)
pkg_check_modules(CAP REQUIRED IMPORTED_TARGET libcap)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
# Loaded when first needed (base/os/library.h): their headers alone.
pkg_check_modules(LATE REQUIRED libcurl libmicrohttpd libvirt ldap)
find_package(Boost 1.74 REQUIRED)  # headers alone
pkg_check_modules(CRYPT REQUIRED IMPORTED_TARGET libcrypt)

# either(NAME SHARED ARCHIVE): the shared library for programs of the controller, the archive for the agent, which is
# linked statically (its target has the property IS_STATIC_PROGRAM).
function(either name shared archive)
  find_library(ARCHIVE_${name} ${archive} REQUIRED)
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE
    $<IF:$<BOOL:$<TARGET_PROPERTY:IS_STATIC_PROGRAM>>,${ARCHIVE_${name}},${shared}>)
endfunction()
either(either_yaml PkgConfig::YAML libyaml.a)
either(either_pcre2 PkgConfig::PCRE2 libpcre2-8.a)
either(either_sodium PkgConfig::SODIUM libsodium.a)
either(either_crypto OpenSSL::Crypto libcrypto.a)
either(either_crypt PkgConfig::CRYPT libcrypt.a)
either(either_cap PkgConfig::CAP libcap.a)
either(either_zstd PkgConfig::ZSTD libzstd.a)
