//! Runs a model file on images by candle-onnx.
//! usage: run MODEL IMAGES COUNT ROWS COLUMNS BATCH
//! Prints a line of JSON as run.py does.

use candle_core::{Device, Tensor};
use std::{collections::HashMap, time::Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let model = candle_onnx::read_file(&args[1])?;
    let pixels = std::fs::read(&args[2])?;
    let size = |i: usize| args[i].parse::<usize>();
    let (count, rows, columns, batch) = (size(3)?, size(4)?, size(5)?, size(6)?);
    let (mut probabilities, mut seconds) = (Vec::new(), 0.0);
    for start in (0..count).step_by(batch) {
        let some = batch.min(count - start);
        let part = &pixels[start * rows * columns..(start + some) * rows * columns];
        let begun = Instant::now();
        let image = Tensor::from_slice(part, (some, rows, columns), &Device::Cpu)?;
        let found = candle_onnx::simple_eval(&model, HashMap::from([("image".to_string(), image)]))?;
        let values = found["probabilities"].flatten_all()?.to_vec1::<f32>()?;
        seconds += begun.elapsed().as_secs_f64();
        probabilities.extend(values.iter().map(|value| value.to_string()));
    }
    println!(
        "{{\"version\":\"{}\",\"seconds\":{seconds},\"probabilities\":[{}]}}",
        env!("CARGO_PKG_VERSION"),
        probabilities.join(",")
    );
    Ok(())
}
