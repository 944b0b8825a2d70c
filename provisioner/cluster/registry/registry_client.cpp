// The distribution API, from outside.

#include "provisioner/cluster/registry/registry_client.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/json.h"

namespace provisioner::registry {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::chrono::minutes longest_transfer{60};
constexpr std::size_t largest_answer = 8 << 20;  // bytes; of manifests and lists
constexpr const char* manifest_types =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json";

// The registry's own words (distribution-spec, "Error Codes"), bounded; "" where it has none.
std::string words_of(const http::Response& response) {
  try {
    const Value read = value::read_json(response.body, "<registry>");
    const Value* errors = read.find("errors");
    if (errors == nullptr || !errors->is_list() || errors->list().empty()) return {};
    return ": " + base::escape_for_terminal(
                      value::text_or(errors->list().front(), "message", "").substr(0, 200));
  } catch (const Error&) {
    return {};  // a proxy in between answers in its own way
  }
}

[[noreturn]] void refuse(const Access& access, const std::string& what,
                         const http::Response& response) {
  const bool is_account = response.status == 401 || response.status == 403;
  Error error(is_account ? Kind::refused : Kind::failed,
              "'" + access.url + "' does not " + what + ", status " +
                  std::to_string(response.status) + words_of(response));
  if (is_account) error.set_hint("may this account do so there, and is its password the one?");
  // distribution answers so while it runs read-only, as ours does with too little room.
  if (response.status == 405)
    error.set_hint("where its disk is nearly full it changes nothing: provisioner registry status");
  throw error;
}

std::optional<std::string> digest_header(const http::Response& response) {
  const auto found = response.headers.find("docker-content-digest");
  return found == response.headers.end() ? std::nullopt : crypto::digest_in(found->second);
}

std::vector<std::string> texts_in(const std::string& answer, const char* key) {
  const Value read = value::read_json(answer, "<registry>");
  std::vector<std::string> texts;
  if (const Value* list = read.find(key); list != nullptr && list->is_list())
    for (const Value& text : list->list())
      if (text.is_string()) texts.push_back(text.text());
  return texts;
}

// The path behind "next" of a Link header (RFC 8288), "" at the last page.
std::string next_page(const http::Response& response) {
  const auto link = response.headers.find("link");
  if (link == response.headers.end()) return {};
  const std::size_t begin = link->second.find('<'), end = link->second.find('>');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  return link->second.substr(begin + 1, end - begin - 1);
}

http::FileContent content_of(const std::string& path) {
  http::FileContent content{os::open_regular_file(path), 0};
  struct stat status {};
  if (!content.file.is_open() || ::fstat(content.file.number(), &status) != 0)
    throw Error(Kind::failed, "there is no file '" + path + "'");
  content.size = static_cast<std::uint64_t>(status.st_size);
  return content;
}

// Why it is not met there, whoever says where it is may know.
http::Response answer_to(const Access& access, const std::function<http::Response()>& transfer) {
  try {
    return transfer();
  } catch (Error& error) {
    const std::string& authority = access.trust.ca_file;
    const bool is_unmet = error.kind() == Kind::unreachable || error.kind() == Kind::refused ||
                          (!authority.empty() && !os::is_file(authority));
    if (is_unmet && error.hint().empty() && !access.unmet_hint.empty())
      error.set_hint(access.unmet_hint);
    throw;
  }
}

}  // namespace

RegistryClient::RegistryClient(Access access)
    : access_(std::move(access)), client_(access_.trust) {}

http::Response RegistryClient::ask(http::Method method, const std::string& path,
                                   std::vector<std::pair<std::string, std::string>> headers,
                                   const std::string& body, const http::FileContent* file) {
  const bool is_absolute = path.starts_with("http://") || path.starts_with("https://");
  // The account is for this registry, wherever its answer points.
  if (is_absolute && !path.starts_with(access_.url + "/"))
    throw Error(Kind::refused,
                "'" + access_.url + "' sends us elsewhere, where its account is not for");
  const http::Request request{.method = method,
                              .url = is_absolute ? path : access_.url + path,
                              .headers = std::move(headers),
                              .body = body,
                              .file = file,
                              .basic = access_.account,
                              .deadline = longest_transfer,
                              .most_bytes = largest_answer};
  return answer_to(access_, [&] { return client_.send(request); });
}

bool RegistryClient::has_blob(const std::string& repository, const std::string& sha256) {
  const auto response = ask(http::Method::head, "/v2/" + repository + "/blobs/sha256:" + sha256);
  if (response.status == 404) return false;
  if (response.status != 200) refuse(access_, "say whether it has a blob", response);
  return true;
}

std::optional<std::string> RegistryClient::digest_of(const std::string& repository,
                                                     const std::string& reference) {
  const auto response = ask(http::Method::head, "/v2/" + repository + "/manifests/" + reference,
                            {{"Accept", manifest_types}});
  if (response.status == 404) return std::nullopt;
  if (response.status != 200) refuse(access_, "show '" + repository + "'", response);
  return digest_header(response);
}

std::optional<StoredManifest> RegistryClient::manifest(const std::string& repository,
                                                       const std::string& reference) {
  const auto response = ask(http::Method::get, "/v2/" + repository + "/manifests/" + reference,
                            {{"Accept", manifest_types}});
  if (response.status == 404) return std::nullopt;
  if (response.status != 200) refuse(access_, "show '" + repository + "'", response);
  const auto type = response.headers.find("content-type");
  return StoredManifest{digest_header(response).value_or(""),
                        type == response.headers.end() ? "" : type->second, response.body};
}

std::vector<std::string> RegistryClient::tags(const std::string& repository) {
  return listed("/v2/" + repository + "/tags/list", "tags",
                "list the tags of '" + repository + "'");
}

std::vector<std::string> RegistryClient::repositories() {
  return listed("/v2/_catalog", "repositories", "list its repositories");
}

std::vector<std::string> RegistryClient::listed(const std::string& place, const char* key,
                                                const std::string& doing) {
  std::vector<std::string> names;
  for (std::string page = place + "?n=1000"; !page.empty();) {
    const auto response = ask(http::Method::get, page);
    if (response.status == 404) return names;
    if (response.status != 200) refuse(access_, doing, response);
    std::ranges::copy(texts_in(response.body, key), std::back_inserter(names));
    const std::string next = next_page(response);
    if (next == page)
      throw Error(Kind::failed, "'" + access_.url + "' does not " + doing +
                                    " to the end: a page names itself as the next one");
    page = next;
  }
  return names;
}

void RegistryClient::fetch_blob(const std::string& repository, const std::string& sha256,
                                const std::string& path) {
  const os::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) throw Error(Kind::failed, "the file '" + path + "' cannot be made");
  const http::Request request{.url = access_.url + "/v2/" + repository + "/blobs/sha256:" + sha256,
                              .basic = access_.account,
                              .deadline = longest_transfer};
  const auto response = answer_to(access_, [&] { return client_.fetch(request, file); });
  if (response.status != 200) refuse(access_, "give a blob of '" + repository + "'", response);
  if (const std::string found = crypto::file_digest("sha256", path); found != sha256)
    throw Error(Kind::failed, "a blob of '" + repository + "' is damaged in '" + access_.url +
                                  "': its SHA-256 is " + found + ", not " + sha256);
}

bool RegistryClient::remove_manifest(const std::string& repository, const std::string& sha256) {
  const auto response =
      ask(http::Method::remove, "/v2/" + repository + "/manifests/sha256:" + sha256);
  if (response.status == 404) return false;
  if (response.status != 202) refuse(access_, "remove from '" + repository + "'", response);
  return true;
}

std::string RegistryClient::begin_upload(const std::string& repository) {
  const auto response = ask(http::Method::post, "/v2/" + repository + "/blobs/uploads/");
  const auto location = response.headers.find("location");
  if (response.status != 202 || location == response.headers.end())
    refuse(access_, "take anything into '" + repository + "'", response);
  return location->second;
}

void RegistryClient::finish_upload(const std::string& repository, const std::string& sha256,
                                   const std::string& bytes, const http::FileContent* file) {
  std::string place = begin_upload(repository);
  place += (place.find('?') == std::string::npos ? "?" : "&") + ("digest=sha256:" + sha256);
  const auto response =
      ask(http::Method::put, place, {{"Content-Type", "application/octet-stream"}}, bytes, file);
  if (response.status != 201) refuse(access_, "take a blob into '" + repository + "'", response);
}

void RegistryClient::push_blob(const std::string& repository, const std::string& sha256,
                               const std::string& path) {
  const http::FileContent content = content_of(path);
  finish_upload(repository, sha256, {}, &content);
}

void RegistryClient::push_blob_bytes(const std::string& repository, const std::string& bytes) {
  const std::string sha256 = crypto::sha256(bytes);
  if (!has_blob(repository, sha256)) finish_upload(repository, sha256, bytes, nullptr);
}

bool RegistryClient::mount_blob(const std::string& repository, const std::string& sha256,
                                const std::string& from) {
  const auto response =
      ask(http::Method::post,
          "/v2/" + repository + "/blobs/uploads/?mount=sha256:" + sha256 + "&from=" + from);
  if (response.status == 201) return true;
  // An upload was begun instead, and is left to the registry to forget.
  if (response.status == 202) return false;
  refuse(access_, "take a blob over into '" + repository + "'", response);
}

void RegistryClient::push_manifest(const std::string& repository, const std::string& reference,
                                   const StoredManifest& manifest) {
  const auto response = ask(http::Method::put, "/v2/" + repository + "/manifests/" + reference,
                            {{"Content-Type", manifest.media_type}}, manifest.bytes);
  if (response.status != 201)
    refuse(access_, "take the manifest of '" + repository + ":" + reference + "'", response);
}

MirrorName mirror_of(const std::string& image) {
  const std::size_t colon = image.rfind(':');
  return {"mirror/" + image.substr(0, colon), image.substr(colon + 1)};
}

}  // namespace provisioner::registry
