// Artefacts from where they are made.

#include "provisioner/cluster/artifacts/obtain.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/http/client.h"
#include "provisioner/base/os/process.h"
#include "provisioner/cluster/artifacts/image_blobs.h"

namespace provisioner::artifacts {
namespace {

using base::Error;
using Problem = base::Kind;

constexpr std::chrono::hours longest_transfer{2};
constexpr std::string_view chart_type = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
constexpr int most_attempts = 5;   // that each bring something
constexpr int most_redirects = 5;  // from a release's page to its file

Kept keep(const Order& order, const Store& store, const std::string& path) {
  return order.kind == Kind::image ? keep_archive(store, path, order.expected)
                                   : store.keep(path, order.expected);
}

// One file of an archive, by tar, which sees how it was packed. What would be a link is refused.
Kept keep_member(const Order& order, const Store& store, const std::string& archive) {
  const os::TemporaryDirectory work = store.work_place();
  base::while_doing("unpacking '" + order.from.member + "' of '" + order.from.rest + "'", {}, [&] {
    os::run_checked({.argv = {"tar", "--extract", "--no-same-owner", "--directory", work.path(),
                              "--file", archive, "--", order.from.member},
                     .deadline = longest_transfer,
                     .is_stoppable = true});
  });
  const std::string path = os::join_path(work.path(), order.from.member);
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path)))
    throw Error(Problem::input,
                "'" + order.from.member + "' of '" + order.from.rest + "' is no file");
  return keep(order, store, path);
}

[[noreturn]] void refuse_status(const std::string& url, int status) {
  throw Error(Problem::input,
              "'" + url + "' is answered with HTTP status " + std::to_string(status))
      .set_hint("does the origin have this version, and is its address spelled so?");
}

// Where an answer sends us. Away from https to http nobody is followed.
std::string redirected(const std::string& url, const http::Response& response) {
  const auto location = response.headers.find("location");
  if (location == response.headers.end()) refuse_status(url, response.status);
  std::string next = location->second;
  if (next.starts_with('/')) next = url.substr(0, url.find('/', url.find("://") + 3)) + next;
  if (url.starts_with("https://") && !next.starts_with("https://"))
    throw Error(Problem::refused, "'" + url + "' sends us to '" + next + "', which is not https");
  return next;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// One transfer into what is there of the file; true when it is whole.
bool transfer(http::Client& client, std::string url, const os::Descriptor& file) {
  for (int redirects = 0; redirects <= most_redirects; ++redirects) {
    const auto there = ::lseek(file.number(), 0, SEEK_END);
    http::Request request{.url = url, .deadline = longest_transfer};
    if (there > 0) request.headers.emplace_back("Range", "bytes=" + std::to_string(there) + "-");
    const http::Response response = client.fetch(request, file);
    if (response.status == 200 || response.status == 206) return true;
    if (response.status == 416 && there > 0) return true;  // nothing was missing any more
    if (!is_redirect(response.status)) refuse_status(url, response.status);
    url = redirected(url, response);
  }
  throw Error(Problem::input, "'" + url + "' is the end of too many redirects");
}

Kept from_url(const Order& order, const Store& store, const Progress& progress) {
  const os::TemporaryDirectory work = store.work_place();
  const std::string path = os::join_path(work.path(), order.name);
  const os::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file.is_open())
    throw Error(Problem::failed,
                "cannot write '" + path + "': " + std::generic_category().message(errno));
  progress("fetching " + order.from.rest);
  http::Client client;
  for (int attempt = 1;; ++attempt) {
    const auto before = ::lseek(file.number(), 0, SEEK_END);
    try {
      if (transfer(client, order.from.rest, file)) break;
    } catch (const Error& error) {
      const bool has_brought = ::lseek(file.number(), 0, SEEK_END) > before;
      if (error.kind() != Problem::unreachable || !has_brought || attempt == most_attempts) throw;
      // Whether the origin has the same file still, only its digest tells.
      if (order.expected.empty() && ::ftruncate(file.number(), 0) != 0)
        throw Error(Problem::failed, "cannot empty '" + path + "'");
      progress("the transfer broke off, going on with it");
    }
  }
  if (!order.from.member.empty()) return keep_member(order, store, path);
  return order.kind == Kind::image ? keep_archive(store, path, order.expected)
                                   : store.take(path, order.expected);
}

Kept from_file(const Order& order, const Store& store) {
  const std::string path = os::join_path(order.folder, order.from.rest);
  if (!order.from.member.empty()) return keep_member(order, store, path);
  if (!os::is_directory(path)) return keep(order, store, path);
  for (const std::string& name : {order.name + "-" + order.version, order.name})
    if (os::is_file(os::join_path(path, name)))
      return keep(order, store, os::join_path(path, name));
  throw Error(Problem::input, "the folder '" + path + "' holds neither '" + order.name + "-" +
                                  order.version + "' nor '" + order.name + "'");
}

// Of a chart's artefact the one file that is the chart (helm.sh, "Use OCI-based registries"); what
// else may lie beside it is how it is signed.
Kept take_chart(const Order& order, const Store& store, const std::string& folder) {
  const std::string path = os::join_path(folder, "manifest.json");
  const Manifest manifest = read_manifest(os::require_file(path), order.from.rest);
  const auto chart = std::ranges::find(manifest.layers, chart_type, &Blob::media_type);
  if (chart == manifest.layers.end())
    throw Error(Problem::input, "'" + order.from.text +
                                    "' is no chart: no part of it is of the type '" +
                                    std::string(chart_type) + "'")
        .set_hint("is it an image (kind: image), or the name of another?");
  if (!order.expected.empty() && chart->sha256 != order.expected)
    throw Error(Problem::input,
                "the chart has the SHA-256 " + chart->sha256 + ", expected " + order.expected);
  return store.take(os::join_path(folder, chart->sha256), chart->sha256);
}

// skopeo knows how registries want to be asked, and takes passwords from the user's own files.
Kept from_registry(const Order& order, const Store& store, const Progress& progress) {
  if (order.kind != Kind::image && order.kind != Kind::chart)
    throw Error(Problem::input, "only images and charts come from registries, not a " +
                                    std::string(name_of(order.kind)));
  if (!os::find_program("skopeo"))
    throw Error(Problem::failed,
                "to get images and charts from registries the program 'skopeo' is needed")
        .set_hint("apt-get install skopeo");
  const os::TemporaryDirectory work = store.work_place();
  const std::string folder = os::join_path(work.path(), "image");
  progress("fetching " + order.from.text);
  base::while_doing("fetching '" + order.from.text + "'", {}, [&] {
    os::run_checked({.argv = {"setpriv", "--pdeathsig", "KILL", "skopeo", "copy", "--quiet",
                              "--override-os", "linux", "--override-arch", "amd64",
                              "docker://" + order.from.rest, "dir:" + folder},
                     .deadline = longest_transfer,
                     .is_stoppable = true});
  });
  return order.kind == Kind::image ? take_skopeo_folder(store, folder, order.expected)
                                   : take_chart(order, store, folder);
}

Kept from_recipe(const Order& order, const Store& store, const Progress& progress) {
  const std::size_t slash = order.from.rest.find('/');
  const std::string output = slash == std::string::npos ? "" : order.from.rest.substr(slash + 1);
  const Recipe recipe = find_recipe(order.from.rest.substr(0, slash));
  const auto outputs = outputs_of(recipe, store, progress);
  const auto found = outputs.find(output);
  if (found == outputs.end()) {
    std::vector<std::string> names;
    for (const auto& [name, kept] : outputs) names.push_back(name);
    throw Error(Problem::input, "the recipe '" + recipe.name + "' makes no '" + output + "'")
        .set_hint("it makes " + base::join(names, ", "));
  }
  if (order.kind == Kind::image)
    return keep_archive(store, store.path(found->second.sha256), order.expected);
  if (!order.expected.empty() && found->second.sha256 != order.expected)
    throw Error(Problem::input, "the recipe '" + recipe.name + "' has built a '" + output +
                                    "' with the SHA-256 " + found->second.sha256 + ", expected " +
                                    order.expected)
        .set_hint("its sources or its compiler are others than when it was locked");
  return found->second;
}

}  // namespace

Kept obtain(const Order& order, const Store& store, const Progress& progress) {
  return base::while_doing("getting " + order.name + " " + order.version, {}, [&] {
    switch (order.from.scheme) {
      case Origin::Scheme::url:
        return from_url(order, store, progress);
      case Origin::Scheme::file:
        return from_file(order, store);
      case Origin::Scheme::registry:
        return from_registry(order, store, progress);
      case Origin::Scheme::recipe:
        return from_recipe(order, store, progress);
    }
    throw Error(Problem::bug, "an origin of no scheme");
  });
}

}  // namespace provisioner::artifacts
