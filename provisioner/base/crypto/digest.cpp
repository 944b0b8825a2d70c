// Digests for controller and agent.
// The low-level contexts of OpenSSL are deprecated in favour of EVP, but EVP brings all providers,
// some megabytes, into the static agent.

#define OPENSSL_SUPPRESS_DEPRECATED
#include "provisioner/base/crypto/digest.h"

#include <fcntl.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <memory>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::crypto {
namespace {

// One running digest, whatever its kind.
class Digest {
 public:
  virtual ~Digest() = default;
  virtual void add(const void* bytes, std::size_t count) = 0;
  virtual std::string finish() = 0;
};

template <class Context, int (*init)(Context*), int (*update)(Context*, const void*, std::size_t),
          int (*final)(unsigned char*, Context*), std::size_t size>
class Running : public Digest {
 public:
  Running() { init(&context_); }
  void add(const void* bytes, std::size_t count) override { update(&context_, bytes, count); }
  std::string finish() override {
    std::array<unsigned char, size> digest{};
    final(digest.data(), &context_);
    return base::hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
  }

 private:
  Context context_;
};

using Md5 = Running<MD5_CTX, MD5_Init, MD5_Update, MD5_Final, MD5_DIGEST_LENGTH>;
using Sha1 = Running<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final, SHA_DIGEST_LENGTH>;
using Sha224 = Running<SHA256_CTX, SHA224_Init, SHA224_Update, SHA224_Final, SHA224_DIGEST_LENGTH>;
using Sha256 = Running<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, SHA256_DIGEST_LENGTH>;
using Sha384 = Running<SHA512_CTX, SHA384_Init, SHA384_Update, SHA384_Final, SHA384_DIGEST_LENGTH>;
using Sha512 = Running<SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final, SHA512_DIGEST_LENGTH>;

std::unique_ptr<Digest> make(std::string_view algorithm) {
  if (algorithm == "md5") return std::make_unique<Md5>();
  if (algorithm == "sha1") return std::make_unique<Sha1>();
  if (algorithm == "sha224") return std::make_unique<Sha224>();
  if (algorithm == "sha256") return std::make_unique<Sha256>();
  if (algorithm == "sha384") return std::make_unique<Sha384>();
  if (algorithm == "sha512") return std::make_unique<Sha512>();
  throw base::Error(base::Kind::input, "the digest '" + std::string(algorithm) +
                                           "' is not known, md5, sha1, sha224, "
                                           "sha256, sha384 and sha512 are");
}

[[noreturn]] void fail(const std::string& path, int code) {
  throw base::Error(base::Kind::failed,
                    "cannot read '" + path + "': " + std::generic_category().message(code));
}

}  // namespace

std::string digest(std::string_view algorithm, std::string_view bytes) {
  const std::unique_ptr<Digest> running = make(algorithm);
  running->add(bytes.data(), bytes.size());
  return running->finish();
}

std::string sha256(std::string_view bytes) { return digest("sha256", bytes); }

bool is_sha256(std::string_view text) {
  constexpr std::size_t digits = 64;
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::optional<std::string> digest_in(std::string_view text) {
  constexpr std::string_view start = "sha256:";
  if (!text.starts_with(start) || !is_sha256(text.substr(start.size()))) return std::nullopt;
  return std::string(text.substr(start.size()));
}

std::string file_digest(std::string_view algorithm, const std::string& path) {
  const std::unique_ptr<Digest> running = make(algorithm);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(path, errno);
  std::array<char, 65536> buffer{};
  ssize_t count = 0;
  while ((count = ::read(file, buffer.data(), buffer.size())) != 0) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    running->add(buffer.data(), static_cast<std::size_t>(count));
  }
  const int code = errno;
  ::close(file);
  if (count < 0) fail(path, code);
  return running->finish();
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = ::getrandom(bytes.data() + filled, count - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw base::Error(base::Kind::failed, "the kernel gives no random bytes");
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string random_token() { return base::hex(random_bytes(16)); }

}  // namespace provisioner::crypto
