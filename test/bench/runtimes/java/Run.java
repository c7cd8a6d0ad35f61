// Runs a model file on images by ONNX Runtime's Java API.
// usage: java -cp onnxruntime.jar Run.java MODEL IMAGES COUNT ROWS COLUMNS BATCH
// Prints a line of JSON as run.py does.

import ai.onnxruntime.*;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.*;
import java.util.*;

public class Run {
    public static void main(String[] args) throws Exception {
        byte[] pixels = Files.readAllBytes(Path.of(args[1]));
        int count = Integer.parseInt(args[2]), rows = Integer.parseInt(args[3]);
        int columns = Integer.parseInt(args[4]), batch = Integer.parseInt(args[5]);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        StringJoiner probabilities = new StringJoiner(",");
        double seconds = 0;
        try (OrtSession session = environment.createSession(args[0], options)) {
            for (int start = 0; start < count; start += batch) {
                int some = Math.min(batch, count - start), size = rows * columns;
                ByteBuffer part = ByteBuffer.allocateDirect(some * size).order(ByteOrder.nativeOrder());
                part.put(pixels, start * size, some * size).rewind();
                long begun = System.nanoTime();
                try (OnnxTensor image = OnnxTensor.createTensor(environment, part, new long[] {some, rows, columns}, OnnxJavaType.UINT8);
                        OrtSession.Result found = session.run(Map.of("image", image), Set.of("probabilities"))) {
                    float[][] values = (float[][]) found.get("probabilities").get().getValue();
                    seconds += (System.nanoTime() - begun) / 1e9;
                    for (float[] row : values) for (float value : row) probabilities.add(Float.toString(value));
                }
            }
        }
        System.out.println("{\"version\":\"" + environment.getVersion() + "\",\"seconds\":" + seconds
                + ",\"probabilities\":[" + probabilities + "]}");
    }
}
