output "clickstream" {
  description = "All outputs of the module, such as application_name, bucket_names and dashboard_url."
  value       = module.clickstream
}
