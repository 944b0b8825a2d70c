// A manifest between its one form in bytes and what it says.

#include "provisioner/base/chunk/manifest.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/value/json.h"

namespace provisioner::chunk {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

constexpr std::int64_t format = 1;
constexpr std::uint64_t sector = 512;             // bytes
constexpr std::uint64_t largest = 1ULL << 46;     // bytes: 64 TiB
constexpr std::size_t longest_name = 100;         // it becomes the name of a file
constexpr std::uint64_t largest_overhead = 1024;  // bytes of a frame that could not be made smaller

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Kind::input, "the manifest is no good: " + what);
}

const Value& member(const Value& dict, const char* key, const std::string& of) {
  if (!dict.is_dict()) refuse(of + " is " + std::string(name_of(dict.kind())) + ", not a dict");
  const Value* found = dict.find(key);
  if (found == nullptr) refuse(of + " has no '" + key + "'");
  return *found;
}

std::string text_of(const Value& dict, const char* key, const std::string& of) {
  const Value& found = member(dict, key, of);
  if (!found.is_string()) refuse("'" + std::string(key) + "' of " + of + " is not a string");
  return found.text();
}

std::string digest_of(const Value& dict, const char* key, const std::string& of) {
  std::string digest = text_of(dict, key, of);
  if (!crypto::is_sha256(digest))
    refuse("'" + std::string(key) + "' of " + of + " is no SHA-256 in hex");
  return digest;
}

std::uint64_t number_of(const Value& dict, const char* key, const std::string& of) {
  const Value& found = member(dict, key, of);
  if (!found.is_integer() || found.integer() < 0 ||
      static_cast<std::uint64_t>(found.integer()) > largest)
    refuse("'" + std::string(key) + "' of " + of + " is no number from 0 to " +
           std::to_string(largest));
  return static_cast<std::uint64_t>(found.integer());
}

const List& list_of(const Value& dict, const char* key) {
  const Value& found = member(dict, key, "it");
  if (!found.is_list()) refuse("'" + std::string(key) + "' of it is not a list");
  return found.list();
}

Package read_package(const Value& value, std::size_t index) {
  const std::string of = "package " + std::to_string(index);
  return {text_of(value, "name", of), text_of(value, "version", of),
          text_of(value, "architecture", of)};
}

std::vector<Package> read_packages(const List& list) {
  std::vector<Package> packages;
  for (const Value& value : list) packages.push_back(read_package(value, packages.size()));
  for (std::size_t index = 1; index < packages.size(); ++index)
    if (packages[index].name < packages[index - 1].name)
      refuse("package " + std::to_string(index) + " '" + packages[index].name +
             "' is not in the order of the names");
  return packages;
}

// The place of a chunk: where the one before it ended, and all but the last one of full length.
void check_place(const Chunk& chunk, std::uint64_t expected, std::uint64_t size,
                 const std::string& of) {
  if (chunk.offset > expected)
    refuse(of + " begins at " + std::to_string(chunk.offset) + ", which leaves a gap after " +
           std::to_string(expected));
  if (chunk.offset < expected)
    refuse(of + " begins at " + std::to_string(chunk.offset) +
           ", inside of the one before it, which ends at " + std::to_string(expected));
  if (expected >= size) refuse(of + " lies behind the end of the disk at " + std::to_string(size));
  const std::uint64_t length = std::min(chunk_size, size - expected);
  if (chunk.length != length)
    refuse(of + " has a length of " + std::to_string(chunk.length) + ", not of " +
           std::to_string(length));
}

Chunk read_chunk(const Value& value, std::uint64_t expected, std::uint64_t size,
                 std::size_t index) {
  const std::string of = "chunk " + std::to_string(index);
  Chunk chunk;
  chunk.offset = number_of(value, "offset", of);
  chunk.length = number_of(value, "length", of);
  check_place(chunk, expected, size, of);
  if (const Value* zero = value.find("zero"); zero != nullptr) {
    if (!zero->is_boolean() || !zero->boolean()) refuse("'zero' of " + of + " is not true");
    chunk.is_zero = true;
    return chunk;
  }
  chunk.raw = digest_of(value, "raw", of);
  chunk.file = digest_of(value, "file", of);
  chunk.file_size = number_of(value, "size", of);
  if (chunk.file_size == 0 || chunk.file_size > chunk.length + largest_overhead)
    refuse("'size' of " + of + " is " + std::to_string(chunk.file_size) +
           ", which no file of a chunk has");
  return chunk;
}

std::vector<Chunk> read_chunks(const List& list, std::uint64_t size) {
  std::vector<Chunk> chunks;
  std::uint64_t end = 0;
  for (const Value& value : list) {
    chunks.push_back(read_chunk(value, end, size, chunks.size()));
    end += chunks.back().length;
  }
  if (end != size)
    refuse("its chunks end at " + std::to_string(end) + ", the disk at " + std::to_string(size));
  return chunks;
}

Value written(const Chunk& chunk) {
  Dict dict{{"offset", static_cast<std::int64_t>(chunk.offset)},
            {"length", static_cast<std::int64_t>(chunk.length)}};
  if (chunk.is_zero) {
    dict.set("zero", true);
    return Value(std::move(dict));
  }
  dict.set("raw", chunk.raw);
  dict.set("file", chunk.file);
  dict.set("size", static_cast<std::int64_t>(chunk.file_size));
  return Value(std::move(dict));
}

}  // namespace

bool is_name(std::string_view text) {
  const auto is_good = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == '_' ||
           letter == '+' || letter == '~';
  };
  return !text.empty() && text.size() <= longest_name && text.front() != '.' &&
         text.front() != '-' && std::ranges::all_of(text, is_good);
}

std::string to_json(const Manifest& manifest) {
  List packages, chunks;
  for (const Package& package : manifest.packages)
    packages.emplace_back(Dict{{"name", package.name},
                               {"version", package.version},
                               {"architecture", package.architecture}});
  for (const Chunk& chunk : manifest.chunks) chunks.push_back(written(chunk));
  return write_json(Value(Dict{{"format", format},
                               {"name", manifest.name},
                               {"version", manifest.version},
                               {"size", static_cast<std::int64_t>(manifest.size)},
                               {"chunk_size", static_cast<std::int64_t>(chunk_size)},
                               {"packages", std::move(packages)},
                               {"chunks", std::move(chunks)}}),
                    {.compact = true}) +
         "\n";
}

Manifest read_manifest(std::string_view json) {
  const Value whole = value::read_json(json, "<manifest>");
  const std::string it = "it";
  if (const std::uint64_t found = number_of(whole, "format", it); found != format)
    refuse("its format is " + std::to_string(found) + ", this program reads " +
           std::to_string(format));
  Manifest manifest;
  manifest.name = text_of(whole, "name", it);
  manifest.version = text_of(whole, "version", it);
  for (const std::string& name : {manifest.name, manifest.version})
    if (!is_name(name)) refuse("'" + name + "' cannot be a name of a file");
  manifest.size = number_of(whole, "size", it);
  if (manifest.size == 0 || manifest.size % sector != 0)
    refuse("a disk of " + std::to_string(manifest.size) + " bytes is not made of sectors of " +
           std::to_string(sector));
  if (const std::uint64_t found = number_of(whole, "chunk_size", it); found != chunk_size)
    refuse("its chunks are of " + std::to_string(found) + " bytes, not of " +
           std::to_string(chunk_size));
  manifest.packages = read_packages(list_of(whole, "packages"));
  manifest.chunks = read_chunks(list_of(whole, "chunks"), manifest.size);
  // A signature is over bytes: two texts that say the same would be two images.
  if (to_json(manifest) != json) refuse("it is not written in its one form");
  return manifest;
}

}  // namespace provisioner::chunk
