// G-5: objects of Gen3's store, by URLs that this controller signs: its key goes nowhere.

#include "provisioner/front/platform/gates_objects.h"

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/presigned_url.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/front/platform/gates_gen3.h"
#include "provisioner/front/platform/outside.h"
#include "provisioner/platform/gates/objects.h"

namespace provisioner::platform {
namespace {

constexpr std::chrono::seconds life{600};
constexpr std::chrono::milliseconds patience{10'000};

gates::Answer asked(http::Method method, const std::string& url, const std::string& name,
                    const std::string& body = {}) {
  http::Request request{.method = method, .url = url, .body = body, .deadline = patience};
  if (!name.empty()) request.headers.emplace_back("Origin", "https://" + name);
  return asked_from_outside(request);
}

}  // namespace

std::optional<ObjectUrls> object_urls(const GatesSite& site, const std::string& where) {
  const handoff::Gen3 gen3 = gen3_of(site).value_or(handoff::Gen3{});
  const crypto::ObjectPlace place{
      .url = gen3.storage.url,
      .region = gen3.storage.region,
      .bucket = gen3.storage.bucket,
      // One for all runs of an instance: what a run that was killed left the next takes away.
      .name = "provisioner-gates/" + site.cluster.wish.instance + "-" + where};
  const crypto::ObjectKey key{site.text("gen3_s3_key.id"),
                              base::Secret(site.text("gen3_s3_key.secret"))};
  if (place.url.empty() || place.bucket.empty() || key.id.empty() || key.secret.is_empty())
    return std::nullopt;
  const auto now = std::chrono::floor<std::chrono::seconds>(os::system_clock().wall());
  const auto url = [&](const char* method) {
    return crypto::presigned_url(method, place, key, now, life);
  };
  return ObjectUrls{.put = url("PUT"), .get = url("GET"), .remove = url("DELETE")};
}

std::vector<gates::Line> try_objects(const GatesSite& site) {
  const auto urls = object_urls(site, "outside");
  if (!urls) return {};  // its script says what is missing
  const std::string name = gen3_of(site).value_or(handoff::Gen3{}).hostname;
  gates::ObjectAnswers answers{
      .text = "gates " + crypto::random_token(), .put = {}, .got = {}, .removed = {}};
  answers.put = asked(http::Method::put, urls->put, name, answers.text);
  if (answers.put.is_fine()) {
    answers.got = asked(http::Method::get, urls->get, name);
    answers.removed = asked(http::Method::remove, urls->remove, name);
  }
  return gates::lines_of(answers, name);
}

}  // namespace provisioner::platform
