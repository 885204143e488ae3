#include "libs/telemetry/metric_set.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/check.h"

namespace onething::telemetry {

std::string Definition::Format() const {
  return absl::StrCat(name, " ", type, " {", absl::StrJoin(labels, ","), "} ", help);
}

template <class Metric>
prometheus::Labels Labelled<Metric>::ToLabels(const std::vector<std::string>& names,
                                              std::initializer_list<absl::string_view> values) {
  CHECK(names.size() == values.size());
  prometheus::Labels labels;
  auto name = names.begin();
  for (const absl::string_view value : values) {
    labels.emplace(*name++, value);
  }
  return labels;
}

template class Labelled<Counter>;
template class Labelled<Gauge>;
template class Labelled<Histogram>;

template <class Metric>
prometheus::Family<Metric>* MetricSet::Register(const std::string& name, const char* type,
                                                const std::vector<std::string>& labels,
                                                const std::string& help) {
  definitions_.push_back({name, type, labels, help});
  return &prometheus::detail::Builder<Metric>().Name(name).Help(help).Register(registry_);
}

Counter& MetricSet::NewCounter(const std::string& name, const std::string& help) {
  return NewCounters(name, {}, help).With({});
}

Gauge& MetricSet::NewGauge(const std::string& name, const std::string& help) {
  return NewGauges(name, {}, help).With({});
}

Histogram& MetricSet::NewHistogram(const std::string& name, const Buckets& buckets,
                                   const std::string& help) {
  return NewHistograms(name, {}, buckets, help).With({});
}

Labelled<Counter> MetricSet::NewCounters(const std::string& name,
                                         const std::vector<std::string>& labels,
                                         const std::string& help) {
  return {Register<Counter>(name, "counter", labels, help), labels, {}};
}

Labelled<Gauge> MetricSet::NewGauges(const std::string& name,
                                     const std::vector<std::string>& labels,
                                     const std::string& help) {
  return {Register<Gauge>(name, "gauge", labels, help), labels, {}};
}

Labelled<Histogram> MetricSet::NewHistograms(const std::string& name,
                                             const std::vector<std::string>& labels,
                                             const Buckets& buckets, const std::string& help) {
  return {Register<Histogram>(name, "histogram", labels, help), labels, buckets};
}

}  // namespace onething::telemetry
