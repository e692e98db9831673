export { ANSWER_BYTES, IMAGES_PER_SECOND_PER_VCPU, MEASURED } from './measured.js';
export { ORIGINAL_DOLLARS_PER_MILLION, ORIGINAL_LINES, sumOf, type CostLine } from './original.js';
export { platformMonthlyCost, type MonthlyCost, type Nodes, type PlatformSize } from './platform-cost.js';
export { HOURS_PER_MONTH, instancePrice, PRICES, pricesOf, type InstancePrice } from './prices.js';
export { dollarsPerMillionAt, serviceCost, USUAL_LOAD, type ServiceCost, type ServiceShape } from './service-cost.js';
