#include "tests/registry/tar_bytes.h"

namespace provisioner::tests {
namespace {

constexpr std::size_t block = 512;

std::string octal(std::size_t number, std::size_t digits) {
  std::string text(digits, '0');
  for (; number > 0; number /= 8) text[--digits] = static_cast<char>('0' + number % 8);
  return text;
}

}  // namespace

std::string tar_header(const TarHeader& header) {
  std::string bytes(block, '\0');
  const auto put = [&](std::size_t at, const std::string& text) {
    bytes.replace(at, text.size(), text);
  };
  put(0, header.name);
  put(124, header.size);
  put(148, "        ");
  bytes[156] = header.kind;
  put(157, header.target);
  put(257, header.magic);
  put(345, header.prefix);
  put(500, header.behind_prefix);
  std::size_t sum = 0;
  for (const char byte : bytes) sum += static_cast<unsigned char>(byte);
  put(148, octal(sum, 6) + '\0');
  return bytes;
}

std::string tar_entry(TarHeader header, const std::string& bytes) {
  header.size = octal(bytes.size(), 11);
  std::string entry = tar_header(header) + bytes;
  entry.resize((entry.size() + block - 1) / block * block);
  return entry;
}

std::string tar_records(const std::string& record) {
  std::size_t size = record.size() + 3;
  while (std::to_string(size).size() + record.size() + 2 != size) ++size;
  return tar_entry({.name = "records", .kind = 'x'}, std::to_string(size) + " " + record + "\n");
}

}  // namespace provisioner::tests
