export { useSize, type Size } from '../../shared/useSize';
