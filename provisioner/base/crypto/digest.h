#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace provisioner::crypto {

// Digests as lower-case hex. Algorithms: md5, sha1, sha224, sha256, sha384, sha512. Throws
// Error(input) for others.
std::string digest(std::string_view algorithm, std::string_view bytes);
std::string sha256(std::string_view bytes);
bool is_sha256(std::string_view text);  // has the form of one: 64 digits in lower case
std::optional<std::string> digest_in(std::string_view text);  // DIGEST of "sha256:DIGEST"
std::string file_digest(std::string_view algorithm,
                        const std::string& path);  // throws Error(failed)

std::string random_bytes(std::size_t count);
std::string random_token();  // 128 bits, hex

// crypt(3) hashes for password_hash: "sha512", "sha256", "md5", "bcrypt"/"blowfish", with Ansible's
// default rounds (656000 for sha512, 535000 for sha256). An empty salt means a random one.
std::string password_hash(std::string_view password, std::string_view scheme, std::string_view salt,
                          int rounds = 0);

}  // namespace provisioner::crypto
