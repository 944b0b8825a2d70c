// A peer's request, by Beast's parser.
#include "provisioner/node/fetch/chunk_request.h"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "provisioner/base/crypto/digest.h"

namespace provisioner::fetch {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view files_path = "/files/";
constexpr int bad_request = 400, method_not_allowed = 405;

}  // namespace

ChunkRequest read_chunk_request(std::string_view text) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(most_request));
  parser.eager(false);
  boost::beast::error_code code;
  parser.put(boost::asio::const_buffer(text.data(), text.size()), code);
  if (code || !parser.is_done()) return {bad_request, "", false};
  const auto& request = parser.get();
  if (request.method() != http::verb::get) return {method_not_allowed, "", false};
  const std::string target(request.target());
  ChunkRequest read{0, "", parser.keep_alive()};
  if (!target.starts_with(files_path)) return read;
  std::string digest = target.substr(files_path.size());
  if (crypto::is_sha256(digest)) read.digest = std::move(digest);
  return read;
}

}  // namespace provisioner::fetch
