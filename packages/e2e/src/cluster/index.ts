export type { Cluster, CommandInput, Image } from './cluster.js';
export { missingForCluster } from './missing.js';
export { closeCluster, openCluster } from './open-cluster.js';
export { imagesBuild, imagesCheck } from './images-check.js';
export { buildImage, buildImages, type ProjectImages } from './images.js';
