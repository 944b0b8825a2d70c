// Chunks as zstd frames (RFC 8878), which say how long their content is.

#include <zstd.h>

#include <algorithm>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/chunk/manifest.h"

namespace provisioner::chunk {
namespace {

using base::Error;
using base::Kind;

constexpr int level = 9;  // another one gives other bytes: all chunks would be stored anew

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

std::size_t checked(std::size_t result, Kind kind, const char* doing) {
  if (ZSTD_isError(result) != 0)
    throw Error(kind, std::string(doing) + ": " + ZSTD_getErrorName(result));
  return result;
}

}  // namespace

std::string pack(std::string_view raw) {
  if (raw.size() > chunk_size)
    throw Error(Kind::bug, "a chunk of " + std::to_string(raw.size()) + " bytes is too large");
  const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  if (context == nullptr) throw Error(Kind::failed, "there is no memory to pack a chunk in");
  checked(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level), Kind::bug,
          "cannot set zstd's level");
  checked(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1), Kind::bug,
          "cannot set zstd's checksum");
  std::string file(ZSTD_compressBound(raw.size()), '\0');
  file.resize(checked(
      ZSTD_compress2(context.get(), file.data(), file.size(), raw.data(), raw.size()), Kind::failed,
      "cannot pack a chunk"));
  return file;
}

std::string unpack(std::string_view file, std::uint64_t length) {
  if (length > chunk_size)
    throw Error(Kind::bug, "a chunk of " + std::to_string(length) + " bytes is too large");
  const unsigned long long said = ZSTD_getFrameContentSize(file.data(), file.size());
  if (said == ZSTD_CONTENTSIZE_ERROR || said == ZSTD_CONTENTSIZE_UNKNOWN)
    throw Error(Kind::input, "the file of a chunk is no zstd frame that says its length");
  if (said != length)
    throw Error(Kind::input, "the file of a chunk holds " + std::to_string(said) +
                                 " bytes, not " + std::to_string(length));
  if (checked(ZSTD_findFrameCompressedSize(file.data(), file.size()), Kind::input,
              "the file of a chunk is damaged") != file.size())
    throw Error(Kind::input, "something follows the frame in the file of a chunk");
  const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  if (context == nullptr) throw Error(Kind::failed, "there is no memory to unpack a chunk in");
  // In one call the text itself is the window: what a frame asks for beyond it is never allocated.
  std::string raw(length, '\0');
  const std::size_t count = checked(
      ZSTD_decompressDCtx(context.get(), raw.data(), raw.size(), file.data(), file.size()),
      Kind::input, "the file of a chunk is damaged");
  if (count != length) throw Error(Kind::input, "the file of a chunk ends too early");
  return raw;
}

// RFC 8878, 3.1.1.1.1: the third bit of the byte behind the magic number.
bool has_checksum(std::string_view file) { return file.size() > 4 && (file[4] & 4) != 0; }

bool is_zero(std::string_view raw) {
  // The text against itself, one byte on: as fast as memcmp.
  return raw.empty() || (raw.front() == '\0' && raw.substr(1) == raw.substr(0, raw.size() - 1));
}

}  // namespace provisioner::chunk
