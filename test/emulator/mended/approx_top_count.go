// Replaces googlesqlite's own at build time: it refused to answer where fewer values than asked for were there,
// and could not count BYTES. BigQuery answers with the values that there are.
package approx_aggregate

import (
	"fmt"
	"sort"
	"sync"

	"github.com/goccy/googlesqlite/internal/functions/helper"
	"github.com/goccy/googlesqlite/internal/value"
)

type APPROX_TOP_COUNT struct {
	once   sync.Once
	counts map[string]int64
	values map[string]value.Value
	num    int64
}

func (f *APPROX_TOP_COUNT) Step(v value.Value, num int64, opt *helper.Option) error {
	f.once.Do(func() {
		f.counts = map[string]int64{}
		f.values = map[string]value.Value{}
		f.num = num
	})
	key := "NULL"
	if v != nil {
		text, err := v.ToString()
		if err != nil {
			return err
		}
		key = fmt.Sprintf("%T %s", v, text)
	}
	f.counts[key]++
	f.values[key] = v
	return nil
}

func (f *APPROX_TOP_COUNT) Done() (value.Value, error) {
	if len(f.counts) == 0 {
		return nil, nil
	}
	keys := make([]string, 0, len(f.counts))
	for key := range f.counts {
		keys = append(keys, key)
	}
	sort.Slice(keys, func(i, j int) bool {
		if f.counts[keys[i]] != f.counts[keys[j]] {
			return f.counts[keys[i]] > f.counts[keys[j]]
		}
		return keys[i] < keys[j]
	})
	if int64(len(keys)) > f.num {
		keys = keys[:f.num]
	}
	result := &value.ArrayValue{}
	for _, key := range keys {
		v, count := f.values[key], value.IntValue(f.counts[key])
		result.Values = append(result.Values, &value.StructValue{
			Keys:   []string{"value", "count"},
			Values: []value.Value{v, count},
			M:      map[string]value.Value{"value": v, "count": count},
		})
	}
	return result, nil
}
