// Runs a model file on images by ONNX Runtime, called from Go.
// usage: run LIBRARY MODEL IMAGES COUNT ROWS COLUMNS BATCH
// Prints a line of JSON as run.py does.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	ort "github.com/yalue/onnxruntime_go"
)

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	ort.SetSharedLibraryPath(os.Args[1])
	check(ort.InitializeEnvironment())
	pixels := must(os.ReadFile(os.Args[3]))
	sizes := make([]int, 4)
	for i := range sizes {
		sizes[i] = must(strconv.Atoi(os.Args[4+i]))
	}
	count, rows, columns, batch := sizes[0], sizes[1], sizes[2], sizes[3]
	options := must(ort.NewSessionOptions())
	check(options.SetIntraOpNumThreads(1))
	session := must(ort.NewDynamicAdvancedSession(os.Args[2], []string{"image"}, []string{"probabilities"}, options))
	probabilities, seconds := []float32{}, 0.0
	for start := 0; start < count; start += batch {
		some := min(batch, count-start)
		part := pixels[start*rows*columns : (start+some)*rows*columns]
		begun := time.Now()
		image := must(ort.NewTensor(ort.NewShape(int64(some), int64(rows), int64(columns)), part))
		outputs := []ort.Value{nil}
		check(session.Run([]ort.Value{image}, outputs))
		seconds += time.Since(begun).Seconds()
		probabilities = append(probabilities, outputs[0].(*ort.Tensor[float32]).GetData()...)
		outputs[0].Destroy()
		image.Destroy()
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"version": ort.GetVersion(), "seconds": seconds, "probabilities": probabilities,
	}))
}
